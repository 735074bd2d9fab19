-- nvim --clean -S nvim_driver.lua, on a terminal: plays one scenario through the shipped plugin, as a user has it, and writes
-- down what it saw, as JSON. DRIVER_OPTIONS names a file with plugin, workspace, scenario, out and what the scenario wants.
-- The scenarios are functions of this driver; the assertions are in the Python files.
local options = vim.json.decode(table.concat(vim.fn.readfile(vim.env.DRIVER_OPTIONS), '\n'))
local WAIT_MS = 30000
local seen = {}
local driver = { options = options }

vim.o.termguicolors = true
-- Nobody is there to press a key behind a long message.
vim.o.messagesopt = 'wait:0,history:500'
vim.o.swapfile = false

function driver.wait_for(what, condition, patience)
  if not vim.wait(patience or WAIT_MS, condition, 20) then
    error(('no %s within %d s'):format(what, (patience or WAIT_MS) / 1000), 0)
  end
end

--- The rows of the screen as a user sees them: concealed text is gone, wide characters take two places.
function driver.screen()
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

--- The cells of a floating window, which Neovim draws apart: a function of row and column, nil beside the window.
local function float_cells(window)
  local place = vim.api.nvim_win_get_position(window)
  -- Which grid is a window's is not told: the one with the corner of its border is found.
  for grid = 2, 200 do
    -- A grid that is not there is an error.
    local is_there, corner = pcall(vim.api.nvim__inspect_cell, grid, 0, 0)
    if is_there and corner[1] == '╭' then
      local height, width = vim.api.nvim_win_get_height(window) + 2, vim.api.nvim_win_get_width(window) + 2
      return function(row, column)
        local down, right = row - place[1], column - place[2]
        local is_inside = down >= 0 and down < height and right >= 0 and right < width
        return is_inside and vim.api.nvim__inspect_cell(grid, down, right) or nil
      end
    end
  end
  error('no grid of a floating window', 0)
end

--- The screen with its colours, for pictures: rows of runs, each with its text and how it is drawn.
function driver.painted()
  vim.cmd('redraw!')
  local over = driver.float() and float_cells(driver.float())
  local rows = {}
  for row = 0, vim.o.lines - 1 do
    local runs, last = {}, nil
    for column = 0, vim.o.columns - 1 do
      local cell = over and over(row, column) or vim.api.nvim__inspect_cell(1, row, column)
      local look = cell[2] or {}
      local run = last
      if not run or not vim.deep_equal(run.look, look) then
        run = { text = '', look = look }
        runs[#runs + 1] = run
        last = run
      end
      run.text = run.text .. cell[1]
    end
    rows[#rows + 1] = runs
  end
  return rows
end

--- Stores what `look` returns, or why it failed: one broken answer must not hide the others.
function driver.observe(name, look)
  local ok, value = pcall(look)
  seen[name] = ok and { value = value } or { error = tostring(value), screen = driver.screen() }
end

--- The client of a buffer, once its server has answered.
function driver.attached(bufnr)
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'torchspore' })[1]
  return client and client.initialized and client or nil
end

--- Opens a file of the workspace; returns its buffer and the client.
function driver.open(file)
  vim.cmd('silent edit! ' .. options.workspace .. '/' .. file)
  local bufnr = vim.api.nvim_get_current_buf()
  driver.wait_for('client for ' .. file, function()
    return driver.attached(bufnr)
  end)
  return bufnr, driver.attached(bufnr)
end

function driver.lines(bufnr)
  return vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
end

function driver.text(bufnr)
  return table.concat(driver.lines(bufnr), '\n')
end

--- Puts the cursor `behind` characters after the beginning of `text`, in the first line that holds it.
function driver.go_to(bufnr, text, behind)
  for number, line in ipairs(driver.lines(bufnr)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 + (behind or 0) })
      return number
    end
  end
  error(('no line holds %q'):format(text), 0)
end

function driver.ask(client, bufnr, method, params)
  local answer, err = client:request_sync(method, params, WAIT_MS, bufnr)
  if not answer then
    error(('%s: %s'):format(method, err), 0)
  elseif answer.err then
    error(('%s: %s'):format(method, answer.err.message), 0)
  end
  return answer.result
end

function driver.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return window
    end
  end
end

function driver.close_floats()
  local window = driver.float()
  while window do
    vim.api.nvim_win_close(window, true)
    window = driver.float()
  end
end

--- The floating window that `show` opens: its text, its size and the screen, once it holds `expected`.
function driver.shown_in_float(show, expected, patience)
  local text = ''
  driver.wait_for('window with ' .. (expected or 'anything'), function()
    driver.close_floats()
    show()
    vim.wait(3000, function()
      return driver.float() ~= nil
    end, 20)
    local window = driver.float()
    text = window and driver.text(vim.api.nvim_win_get_buf(window)) or ''
    return window ~= nil and text:find(expected or '', 1, true) ~= nil
  end, patience)
  local window = driver.float()
  local found = {
    text = text,
    width = vim.api.nvim_win_get_width(window),
    height = vim.api.nvim_win_get_height(window),
    screen = driver.screen(),
  }
  driver.close_floats()
  return found
end

--- The page that `show` opens in a window of its own, which is closed again.
function driver.shown_in_split(show)
  local before = vim.fn.winnr('$')
  show()
  driver.wait_for('another window', function()
    return vim.fn.winnr('$') == before + 1
  end)
  local found = { text = driver.text(vim.api.nvim_get_current_buf()), in_diff_mode = vim.wo.diff, screen = driver.screen() }
  vim.cmd.close()
  return found
end

--- Chooses the only action that `wanted` accepts at the cursor, the way a user does, and waits for its edit.
function driver.act(bufnr, wanted)
  local before = driver.lines(bufnr)
  vim.lsp.buf.code_action({ apply = true, filter = wanted })
  driver.wait_for('edit', function()
    return not vim.deep_equal(driver.lines(bufnr), before)
  end)
end

function driver.stop(client)
  client:stop()
  vim.wait(5000, function()
    return client:is_stopped()
  end, 20)
end

vim.opt.runtimepath:prepend(options.plugin)
vim.cmd('filetype on')
local ok, failed = xpcall(dofile(options.scenario), debug.traceback, driver)
if not ok then
  seen.driver = { error = failed, screen = driver.screen() }
end
vim.fn.writefile({ vim.json.encode(seen) }, options.out)
vim.cmd('qa!')
