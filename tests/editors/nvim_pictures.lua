-- The pictures of the README that show Neovim; pictures.py makes them small.
return function(driver)
  local observe, wait_for = driver.observe, driver.wait_for

  vim.lsp.enable('torchspore')
  vim.cmd('syntax on')
  vim.o.number = true
  vim.o.laststatus = 2
  vim.o.winborder = 'rounded'
  vim.diagnostic.config({ virtual_text = false, signs = true })
  local bufnr, client = driver.open('network.py')
  vim.o.statusline = " %f %= %{v:lua.require'torchspore'.progress()}  %l:%c "
  wait_for('figures', function()
    return require('torchspore').progress(bufnr) ~= ''
  end)
  -- Whatever is drawn first is told in the colours of a terminal that has not answered yet.
  vim.cmd('colorscheme default')
  driver.painted()
  vim.wait(1000)

  observe('left', function()
    driver.open('report.py')
    vim.cmd('TorchSporeLeft')
    wait_for('quickfix list', function()
      return vim.bo.buftype == 'quickfix'
    end)
    vim.wait(300)
    local found = { painted = driver.painted() }
    vim.cmd('cclose')
    return found
  end)
  observe('hover', function()
    vim.cmd('only')
    vim.cmd.buffer(bufnr)
    driver.go_to(bufnr, 'net.buffers', 4)
    -- Room below the cursor, with the class above it.
    vim.fn.winrestview({ topline = 18 })
    vim.lsp.buf.hover()
    wait_for('hover', driver.float)
    vim.wait(300)
    local found = { painted = driver.painted() }
    driver.close_floats()
    return found
  end)
  observe('report', function()
    driver.open('report.py')
    vim.cmd('LspTorchSporeReport')
    wait_for('page', function()
      return vim.fn.winnr('$') == 2
    end)
    vim.wait(300)
    local found = { painted = driver.painted() }
    vim.cmd.close()
    return found
  end)
  driver.stop(client)
end
