-- nvim --clean --headless -l nvim_driver.lua PLUGIN WORKSPACE OUT
-- Uses the shipped configuration as a user does and writes down what it saw, as JSON. The assertions are in test_neovim.py.
local plugin, workspace, out = arg[1], arg[2], arg[3]
local WAIT_MS = 30000
local seen = {}

local function wait_for(what, condition)
  if not vim.wait(WAIT_MS, condition, 20) then
    error(('no %s within %d s'):format(what, WAIT_MS / 1000), 0)
  end
end

--- Stores what `look` returns, or why it failed: one broken answer must not hide the others.
local function observe(name, look)
  local ok, value = pcall(look)
  seen[name] = ok and { value = value } or { error = tostring(value) }
end

local function attached(bufnr)
  local client = vim.lsp.get_clients({ bufnr = bufnr, name = 'torchspore' })[1]
  return client and client.initialized and client or nil
end

local function open(file)
  vim.cmd.edit(workspace .. '/' .. file)
  local bufnr = vim.api.nvim_get_current_buf()
  wait_for('client for ' .. file, function()
    return attached(bufnr)
  end)
  return bufnr, attached(bufnr)
end

local function lines(bufnr)
  return vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
end

--- Puts the cursor on the first character of `text`, in the first line that holds it.
local function go_to(bufnr, text)
  for number, line in ipairs(lines(bufnr)) do
    local column = line:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { number, column - 1 })
      return number
    end
  end
  error(('no line holds %q'):format(text), 0)
end

local function ask(client, bufnr, method, params)
  local answer, err = client:request_sync(method, params, WAIT_MS, bufnr)
  if not answer then
    error(('%s: %s'):format(method, err), 0)
  elseif answer.err then
    error(('%s: %s'):format(method, answer.err.message), 0)
  end
  return answer.result
end

local function floating_text()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return table.concat(lines(vim.api.nvim_win_get_buf(window)), '\n'), window
    end
  end
end

local function close_float()
  local _, window = floating_text()
  if window then
    vim.api.nvim_win_close(window, true)
  end
end

local function shown_in_float(show)
  close_float()
  show()
  wait_for('floating window', floating_text)
  local text = floating_text()
  close_float()
  return text
end

local function code_actions(client, bufnr)
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  local number = vim.api.nvim_win_get_cursor(0)[1]
  params.context = { diagnostics = vim.lsp.diagnostic.from(vim.diagnostic.get(bufnr, { lnum = number - 1 })) }
  return vim.tbl_map(function(action)
    return { title = action.title, kind = action.kind, has_edit = action.edit ~= nil }
  end, ask(client, bufnr, 'textDocument/codeAction', params) or {})
end

--- Applies the only action that `wanted` accepts at `text`, the way a user does, and returns the new line with `kept`.
local function apply(bufnr, text, wanted, kept)
  go_to(bufnr, text)
  local before = lines(bufnr)
  vim.lsp.buf.code_action({ apply = true, filter = wanted })
  wait_for('edit at ' .. text, function()
    return not vim.deep_equal(lines(bufnr), before)
  end)
  -- An import may have been added above, so the line is found by its text.
  return vim.iter(lines(bufnr)):find(function(line)
    return line:find(kept, 1, true) ~= nil
  end)
end

vim.opt.runtimepath:prepend(plugin)
vim.lsp.enable('torchspore')
vim.cmd('filetype on')

local bufnr, client
observe('server', function()
  bufnr, client = open('network.py')
  return client.server_info
end)

if client then
  observe('hover', function()
    go_to(bufnr, 'net.buffers')
    vim.cmd('normal! 4l')
    return shown_in_float(vim.lsp.buf.hover)
  end)
  observe('diagnostics', function()
    wait_for('diagnostic', function()
      return #vim.diagnostic.get(bufnr) > 0
    end)
    return vim.tbl_map(function(item)
      return { code = item.code, line = item.lnum + 1, message = item.message, source = item.source }
    end, vim.diagnostic.get(bufnr))
  end)
  observe('commands', function()
    return vim.tbl_keys(vim.api.nvim_buf_get_commands(bufnr, {}))
  end)
  observe('explanation', function()
    return shown_in_float(function()
      vim.cmd('LspTorchSporeExplain torch.nn.Module.buffers')
    end)
  end)
  observe('lenses', function()
    vim.lsp.codelens.refresh({ bufnr = bufnr })
    wait_for('resolved code lens', function()
      local lenses = vim.lsp.codelens.get(bufnr)
      return #lenses > 0 and vim.iter(lenses):all(function(lens)
        return lens.command ~= nil
      end)
    end)
    return vim.tbl_map(function(lens)
      return { line = lens.range.start.line + 1, title = lens.command.title }
    end, vim.lsp.codelens.get(bufnr))
  end)
  observe('state', function()
    -- The line of a lens: running it is what a user does.
    go_to(bufnr, 'class MyNet')
    vim.lsp.codelens.run()
    wait_for('state', function()
      return vim.fn.winnr('$') == 2
    end)
    local text = table.concat(lines(vim.api.nvim_get_current_buf()), '\n')
    vim.cmd.close()
    return text
  end)
  observe('definition', function()
    local count = vim.api.nvim_buf_line_count(bufnr)
    vim.api.nvim_buf_set_lines(bufnr, count, count, false, { 'net.state_dict()["build_block.0.bn.running_mean"]' })
    go_to(bufnr, '"build_block')
    vim.cmd('normal! 3l')
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    local found = ask(client, bufnr, 'textDocument/definition', params)
    vim.cmd('silent undo')
    local place = found[1] or found
    return lines(bufnr)[(place.targetRange or place.range).start.line + 1]
  end)
  observe('preview', function()
    vim.cmd('LspTorchSporePreviewFile')
    wait_for('preview', function()
      return vim.fn.winnr('$') == 2
    end)
    local text = table.concat(lines(vim.api.nvim_get_current_buf()), '\n')
    local in_diff_mode = vim.wo.diff
    vim.cmd.close()
    return { text = text, in_diff_mode = in_diff_mode, left_in_diff_mode = vim.wo.diff }
  end)
  observe('call_actions', function()
    go_to(bufnr, 'nn.Conv2d(')
    return code_actions(client, bufnr)
  end)
  observe('converted_call', function()
    return apply(bufnr, 'nn.Conv2d(', function(action)
      return action.kind == 'refactor.rewrite.torchspore.call' and action.title:find('mindspore.nn.Conv2d(', 1, true)
    end, 'self.conv = ')
  end)
  observe('fixed_finding', function()
    return apply(bufnr, 'self.mask =', function(action)
      -- The finding can also be ignored; that is not its fix.
      return action.kind == 'quickfix' and action.title:find('TS101): Register', 1, true) ~= nil
    end, 'register_buffer(')
  end)
  observe('completion', function()
    local cell, cell_client = open('cell.py')
    local count = vim.api.nvim_buf_line_count(cell)
    vim.api.nvim_buf_set_lines(cell, count, count, false, { 'net.' })
    vim.api.nvim_win_set_cursor(0, { count + 1, 4 })
    local params = vim.lsp.util.make_position_params(0, cell_client.offset_encoding)
    -- In normal mode the cursor rests on the dot; completion is asked for behind it.
    params.position.character = 4
    local answer = ask(cell_client, cell, 'textDocument/completion', params) or {}
    return answer.items or answer
  end)
  observe('converted_file', function()
    vim.cmd('edit! ' .. workspace .. '/network.py')
    local before = table.concat(lines(bufnr), '\n')
    vim.cmd('LspTorchSporeConvertFile')
    wait_for('converted file', function()
      return table.concat(lines(bufnr), '\n') ~= before
    end)
    return table.concat(lines(bufnr), '\n')
  end)
  client:stop()
  vim.wait(5000, function()
    return client:is_stopped()
  end, 20)
end

vim.fn.writefile({ vim.json.encode(seen) }, out)
vim.cmd('qa!')
