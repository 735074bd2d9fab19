-- Migration mode, in the language that the project's file names; the assertions are in test_neovim_migration.py.
return function(driver)
  local observe, wait_for, lines = driver.observe, driver.wait_for, driver.lines

  vim.lsp.enable('torchspore')
  local bufnr = driver.open('net.py')
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
    local shown = driver.screen()
    vim.cmd.wincmd('p')
    vim.cmd('cfirst')
    local first = vim.api.nvim_win_get_cursor(0)
    vim.cmd('cnext')
    local second = vim.api.nvim_win_get_cursor(0)
    local items = vim.tbl_map(function(item)
      return { file = vim.fn.fnamemodify(vim.fn.bufname(item.bufnr), ':t'), line = item.lnum, type = item.type, text = item.text }
    end, vim.fn.getqflist())
    vim.cmd('cclose')
    return { items = items, is_open = is_open, screen = shown, first = first, second = second, title = vim.fn.getqflist({ title = 0 }).title }
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
        return action.title == driver.options.words.ignore
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
    local asked, preview, shown
    vim.ui.select = function(choices, options, on_choice)
      asked = { prompt = options.prompt, choices = choices }
      preview = driver.text(0)
      shown = driver.screen()
      on_choice(choices[1])
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
    return { asked = asked, preview = preview, screen = shown, text = text, after = after, undone = vim.deep_equal(lines(bufnr), before), windows = vim.fn.winnr('$') }
  end)

  observe('health', function()
    vim.cmd.buffer(bufnr)
    vim.cmd('checkhealth torchspore')
    local found = { text = driver.text(0), screen = driver.screen() }
    vim.cmd.close()
    return found
  end)

  observe('convert_workspace', function()
    vim.cmd.buffer(bufnr)
    local asked
    vim.ui.select = function(choices, options, on_choice)
      asked = { prompt = options.prompt, choices = choices }
      on_choice(choices[1])
    end
    vim.cmd('LspTorchSporeConvertWorkspace')
    wait_for('conversion of the workspace', function()
      return driver.text(bufnr):find('mindspore', 1, true) ~= nil
    end)
    return { asked = asked, text = driver.text(bufnr) }
  end)

  observe('missing_server', function()
    vim.lsp.enable('torchspore', false)
    wait_for('end of the server', function()
      return #vim.lsp.get_clients({ name = 'torchspore' }) == 0
    end)
    vim.lsp.config('torchspore', { cmd = { '/nonexistent/torchspore' } })
    vim.cmd('checkhealth torchspore')
    return driver.text(0)
  end)
end
