-- nvim --clean -S nvim_reading.lua, in a terminal, with READING_{PLUGIN,WORKSPACE,OUT,PYTHON} in the environment.
-- What helps to read, as the screen of Neovim shows it. The assertions are in test_neovim_reading.py.
local plugin, workspace, out = vim.env.READING_PLUGIN, vim.env.READING_WORKSPACE, vim.env.READING_OUT
local WAIT_MS = 30000
local seen = {}

vim.o.termguicolors = true

local function wait_for(what, condition, patience)
  if not vim.wait(patience or WAIT_MS, condition, 50) then
    error(('no %s in time'):format(what), 0)
  end
end

--- The rows of the screen as a user sees them: concealed text is gone, wide characters take two places.
local function screen()
  vim.cmd('redraw!')
  local rows = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for column = 1, vim.o.columns do
      cells[#cells + 1] = vim.fn.screenstring(row, column)
    end
    rows[#rows + 1] = (table.concat(cells):gsub('%s+$', ''))
  end
  return rows
end

local function observe(name, look)
  local ok, value = pcall(look)
  seen[name] = ok and { value = value } or { error = tostring(value), screen = screen() }
end

local function open(file)
  vim.cmd('edit! ' .. workspace .. '/' .. file)
  local bufnr = vim.api.nvim_get_current_buf()
  wait_for('client', function()
    local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'torchspore' })[1]
    return client and client.initialized
  end)
  return bufnr, vim.lsp.get_clients({ bufnr = bufnr, name = 'torchspore' })[1]
end

local function go_to(bufnr, text, behind)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 + (behind or 0) })
      return number
    end
  end
  error(('no line holds %q'):format(text), 0)
end

local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

local function close()
  local window = float()
  while window do
    vim.api.nvim_win_close(window, true)
    window = float()
  end
end

--- What a hover shows once its text holds `expected`, and how large its window is.
local function hover(expected, patience)
  local text = ''
  wait_for('hover with ' .. expected, function()
    close()
    vim.lsp.buf.hover()
    vim.wait(3000, function()
      return float() ~= nil
    end, 20)
    local window = float()
    if window then
      text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    end
    return text:find(expected, 1, true) ~= nil
  end, patience)
  local window = float()
  local found = {
    text = text,
    width = vim.api.nvim_win_get_width(window),
    height = vim.api.nvim_win_get_height(window),
    screen = screen(),
  }
  close()
  return found
end

vim.opt.runtimepath:prepend(plugin)

local function in_language(language)
  -- What a user writes into the configuration; a new client for each language.
  vim.lsp.config('torchspore', {
    init_options = { settings = {
      language = language,
      interpreter = { vim.env.READING_PYTHON },
      inlayHints = { counterparts = true, shapes = true },
      semanticTokens = { enable = true },
    } },
  })
  vim.lsp.enable('torchspore')
  local bufnr, client = open('layers.py')
  observe('documentation-' .. language, function()
    go_to(bufnr, 'torch.abs', 7)
    return hover('absolute value', 150000)
  end)
  observe('table-' .. language, function()
    go_to(bufnr, 'net.state_dict', 6)
    return hover('running_mean')
  end)
  observe('hints-' .. language, function()
    vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
    wait_for('hint', function()
      return #vim.lsp.inlay_hint.get({ bufnr = bufnr }) >= 4
    end)
    go_to(bufnr, 'self.conv')
    vim.wait(300)
    local rows = screen()
    vim.lsp.inlay_hint.enable(false, { bufnr = bufnr })
    return rows
  end)
  observe('tokens-' .. language, function()
    local number = go_to(bufnr, 'running_mean')
    local column = vim.api.nvim_win_get_cursor(0)[2]
    wait_for('token', function()
      return #(vim.lsp.semantic_tokens.get_at_pos(bufnr, number - 1, column) or {}) > 0
    end)
    local token = vim.lsp.semantic_tokens.get_at_pos(bufnr, number - 1, column)[1]
    return { type = token.type, modifiers = vim.tbl_keys(token.modifiers) }
  end)
  observe('signature-' .. language, function()
    local count = vim.api.nvim_buf_line_count(bufnr)
    vim.api.nvim_buf_set_lines(bufnr, count, count, false, { 'x = nn.Sequential(nn.Conv2d(3, 64, 3' })
    vim.api.nvim_win_set_cursor(0, { count + 1, 35 })
    vim.lsp.buf.signature_help()
    wait_for('signature help', function()
      return float() ~= nil
    end)
    local window = float()
    local text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), '\n')
    local found = { text = text, screen = screen() }
    close()
    vim.cmd('silent undo')
    return found
  end)
  client:stop(true)
  vim.wait(5000, function()
    return client:is_stopped()
  end, 20)
  vim.lsp.enable('torchspore', false)
  vim.cmd('bwipeout!')
end

in_language('en')
in_language('zh-cn')
vim.fn.writefile({ vim.json.encode(seen) }, out)
vim.cmd('qa!')
