-- What people do every day; the assertions are in test_neovim.py.
return function(driver)
  local observe, wait_for, lines, go_to = driver.observe, driver.wait_for, driver.lines, driver.go_to

  --- Applies the only action that `wanted` accepts at `text`, and returns the new line with `kept`.
  local function apply(bufnr, text, wanted, kept)
    go_to(bufnr, text)
    driver.act(bufnr, wanted)
    -- An import may have been added above, so the line is found by its text.
    return vim.iter(lines(bufnr)):find(function(line)
      return line:find(kept, 1, true) ~= nil
    end)
  end

  vim.lsp.enable('torchspore')
  local bufnr, client = driver.open('network.py')
  observe('server', function()
    return client.server_info
  end)
  observe('hover', function()
    go_to(bufnr, 'net.buffers', 4)
    return driver.shown_in_float(vim.lsp.buf.hover)
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
    return driver.shown_in_float(function()
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
    return driver.shown_in_split(vim.lsp.codelens.run)
  end)
  observe('report', function()
    -- The first line has the lens of the report.
    vim.api.nvim_win_set_cursor(0, { 1, 0 })
    return driver.shown_in_split(vim.lsp.codelens.run)
  end)
  observe('report_command', function()
    return driver.shown_in_split(function()
      vim.cmd('LspTorchSporeReport')
    end)
  end)
  observe('definition', function()
    local count = vim.api.nvim_buf_line_count(bufnr)
    vim.api.nvim_buf_set_lines(bufnr, count, count, false, { 'net.state_dict()["build_block.0.bn.running_mean"]' })
    go_to(bufnr, '"build_block', 3)
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    local found = driver.ask(client, bufnr, 'textDocument/definition', params)
    vim.cmd('silent undo')
    local place = found[1] or found
    return lines(bufnr)[(place.targetRange or place.range).start.line + 1]
  end)
  observe('preview', function()
    local found = driver.shown_in_split(function()
      vim.cmd('LspTorchSporePreviewFile')
    end)
    found.left_in_diff_mode = vim.wo.diff
    return found
  end)
  observe('call_actions', function()
    go_to(bufnr, 'nn.Conv2d(')
    local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
    local number = vim.api.nvim_win_get_cursor(0)[1]
    params.context = { diagnostics = vim.lsp.diagnostic.from(vim.diagnostic.get(bufnr, { lnum = number - 1 })) }
    return vim.tbl_map(function(action)
      return { title = action.title, kind = action.kind, has_edit = action.edit ~= nil }
    end, driver.ask(client, bufnr, 'textDocument/codeAction', params) or {})
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
    local cell, cell_client = driver.open('cell.py')
    local count = vim.api.nvim_buf_line_count(cell)
    vim.api.nvim_buf_set_lines(cell, count, count, false, { 'net.' })
    vim.api.nvim_win_set_cursor(0, { count + 1, 4 })
    local params = vim.lsp.util.make_position_params(0, cell_client.offset_encoding)
    -- In normal mode the cursor rests on the dot; completion is asked for behind it.
    params.position.character = 4
    local answer = driver.ask(cell_client, cell, 'textDocument/completion', params) or {}
    return answer.items or answer
  end)
  observe('converted_file', function()
    bufnr = driver.open('network.py')
    local before = driver.text(bufnr)
    vim.cmd('LspTorchSporeConvertFile')
    wait_for('converted file', function()
      return driver.text(bufnr) ~= before
    end)
    return driver.text(bufnr)
  end)
  observe('crashes', function()
    local messages = {}
    local notify = vim.notify
    vim.notify = function(text)
      -- Neovim itself says that a client has quit, and how.
      if text:find('^TorchSpore') then
        table.insert(messages, text)
      end
    end
    local function kill()
      for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
        vim.uv.kill(child, 'sigkill')
      end
      wait_for('word about the crash', function()
        return messages[1] ~= nil
      end)
    end
    local before = driver.attached(bufnr).id
    kill()
    wait_for('new server', function()
      local now = driver.attached(bufnr)
      return now and now.id ~= before
    end)
    local again = driver.attached(bufnr)
    local params = { textDocument = { uri = vim.uri_from_bufnr(bufnr) }, position = { line = 0, character = 0 } }
    local answered = pcall(driver.ask, again, bufnr, 'textDocument/hover', params)
    local first = table.remove(messages, 1)
    kill()
    vim.wait(1000)
    vim.notify = notify
    return { first = first, second = messages, answered = answered, is_back = driver.attached(bufnr) ~= nil }
  end)
  for _, left in ipairs(vim.lsp.get_clients({ name = 'torchspore' })) do
    driver.stop(left)
  end
end
