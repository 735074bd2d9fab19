-- nvim --clean --headless -l nvim_migration.lua PLUGIN WORKSPACE OUT TITLE   (TITLE: of the action for one line)
-- Migration mode through the shipped plugin, as a user has it; the assertions are in test_neovim_migration.py.
local plugin, workspace, out = arg[1], arg[2], arg[3]
local WAIT_MS = 30000
local seen = {}

local function wait_for(what, condition)
  if not vim.wait(WAIT_MS, condition, 20) then
    error(('no %s within %d s'):format(what, WAIT_MS / 1000), 0)
  end
end

local function observe(name, look)
  local ok, value = pcall(look)
  seen[name] = ok and { value = value } or { error = tostring(value) }
end

local function lines(bufnr)
  return vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
end

vim.opt.runtimepath:prepend(plugin)
vim.lsp.enable('torchspore')
vim.cmd('filetype on')
vim.cmd.edit(workspace .. '/net.py')
local bufnr = vim.api.nvim_get_current_buf()
local torchspore = require('torchspore')

observe('progress', function()
  wait_for('figures', function()
    return torchspore.progress(bufnr) ~= ''
  end)
  vim.o.statusline = "%f %{v:lua.require'torchspore'.progress()}"
  local file, whole = torchspore.figures(bufnr)
  local shown = vim.api.nvim_eval_statusline(vim.o.statusline, {}).str
  return { text = torchspore.progress(bufnr), file = file, whole = whole, shown = shown }
end)

observe('diagnostics', function()
  wait_for('diagnostics', function()
    return #vim.diagnostic.get(bufnr) > 3
  end)
  return vim.tbl_map(function(item)
    return { code = item.code, severity = item.severity, message = item.message }
  end, vim.diagnostic.get(bufnr))
end)

observe('left', function()
  vim.cmd('TorchSporeLeft')
  wait_for('quickfix list', function()
    return #vim.fn.getqflist() > 0
  end)
  local is_open = vim.bo.buftype == 'quickfix'
  vim.cmd.wincmd('p')
  vim.cmd('cfirst')
  local first = vim.api.nvim_win_get_cursor(0)
  vim.cmd('cnext')
  local second = vim.api.nvim_win_get_cursor(0)
  local items = vim.tbl_map(function(item)
    return { file = vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t'), line = item.lnum, type = item.type, text = item.text }
  end, vim.fn.getqflist())
  vim.cmd('cclose')
  return { items = items, is_open = is_open, first = first, second = second, title = vim.fn.getqflist({ title = 0 }).title }
end)

observe('left_in_file', function()
  vim.cmd.buffer(bufnr)
  vim.fn.setqflist({})
  vim.cmd('TorchSporeLeft!')
  wait_for('quickfix list', function()
    return #vim.fn.getqflist() > 0
  end)
  vim.cmd('cclose')
  return #vim.fn.getqflist()
end)

observe('suppressed', function()
  vim.cmd.buffer(bufnr)
  vim.fn.cursor(18, 20)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title == arg[4]
    end,
  })
  wait_for('comment', function()
    return lines(bufnr)[18]:find('torchspore: ignore[TS302]', 1, true)
  end)
  wait_for('diagnostics without it', function()
    return not vim.iter(vim.diagnostic.get(bufnr)):any(function(item)
      return item.code == 'TS302'
    end)
  end)
  local line = lines(bufnr)[18]
  vim.cmd('silent undo')
  return line
end)

observe('safe', function()
  local asked, preview
  vim.ui.select = function(_, options, on_choice)
    asked = options.prompt
    preview = table.concat(lines(0), '\n')
    on_choice('Convert')
  end
  local before = lines(bufnr)
  vim.cmd('LspTorchSporeConvertSafe!')
  wait_for('conversion', function()
    return not vim.deep_equal(lines(bufnr), before)
  end)
  local text = table.concat(lines(bufnr), '\n')
  local progress = torchspore.progress(bufnr)
  vim.api.nvim_exec_autocmds('TextChanged', { buffer = bufnr })
  wait_for('new figures', function()
    return torchspore.progress(bufnr) ~= progress
  end)
  local after = torchspore.progress(bufnr)
  vim.api.nvim_buf_call(bufnr, function()
    vim.cmd('silent undo')
  end)
  return { asked = asked, preview = preview, text = text, after = after, undone = vim.deep_equal(lines(bufnr), before), windows = vim.fn.winnr('$') }
end)

for _, client in ipairs(vim.lsp.get_clients({ name = 'torchspore' })) do
  client:stop()
end
vim.wait(5000, function()
  return #vim.lsp.get_clients({ name = 'torchspore' }) == 0
end, 20)
vim.fn.writefile({ vim.json.encode(seen) }, out)
vim.cmd('qa!')
