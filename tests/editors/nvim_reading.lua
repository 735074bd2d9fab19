-- What helps to read, as the screen of Neovim shows it; the assertions are in test_neovim_reading.py.
return function(driver)
  local observe, wait_for, go_to = driver.observe, driver.wait_for, driver.go_to

  local function in_language(language)
    -- What a user writes into the configuration; a new client for each language.
    vim.lsp.config('torchspore', {
      init_options = { settings = {
        language = language,
        interpreter = { driver.options.python },
        inlayHints = { counterparts = true, shapes = true },
        semanticTokens = { enable = true },
      } },
    })
    vim.lsp.enable('torchspore')
    local bufnr, client = driver.open('layers.py')
    observe('documentation-' .. language, function()
      go_to(bufnr, 'torch.abs', 7)
      return driver.shown_in_float(vim.lsp.buf.hover, 'absolute value', 150000)
    end)
    observe('table-' .. language, function()
      go_to(bufnr, 'net.state_dict', 6)
      return driver.shown_in_float(vim.lsp.buf.hover, 'running_mean')
    end)
    observe('hints-' .. language, function()
      vim.lsp.inlay_hint.enable(true, { bufnr = bufnr })
      wait_for('hint', function()
        return #vim.lsp.inlay_hint.get({ bufnr = bufnr }) >= 4
      end)
      go_to(bufnr, 'self.conv')
      vim.wait(300)
      local rows = driver.screen()
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
      local found = driver.shown_in_float(vim.lsp.buf.signature_help)
      vim.cmd('silent undo')
      return found
    end)
    driver.stop(client)
    vim.lsp.enable('torchspore', false)
    vim.cmd('bwipeout!')
  end

  in_language('en')
  in_language('zh-cn')
end
