-- Windows for what the server answers: scratch buffers that vanish with them.

local M = {}

--- A read-only buffer that vanishes with its window.
---@param name string
---@param syntax string
---@param text string
---@return integer
function M.scratch(name, syntax, text)
  local old = vim.fn.bufnr(('^%s$'):format(vim.fn.escape(name, '[]*?^$\\')))
  if old ~= -1 then
    vim.api.nvim_buf_delete(old, { force = true })
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split((text:gsub('\n$', '')), '\n'))
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].modifiable = false
  -- No file type: it would start language servers on text that is no file. The parser of Markdown comes with Neovim.
  if syntax ~= 'markdown' or not pcall(vim.treesitter.start, bufnr, 'markdown') then
    vim.bo[bufnr].syntax = syntax
  end
  return bufnr
end

--- Opens a page below, and returns its window.
---@param name string
---@param syntax string
---@param text string
---@return integer window
function M.below(name, syntax, text)
  vim.cmd(('botright sbuffer %d'):format(M.scratch(name, syntax, text)))
  if syntax == 'markdown' then
    -- Without a renderer, addresses would take most of a line.
    vim.wo.conceallevel = 2
    vim.wo.wrap = false
  end
  return vim.api.nvim_get_current_win()
end

--- A text beside a window's, both in diff mode until the new one is closed.
---@param window integer
---@param name string
---@param text string
function M.beside(window, name, text)
  vim.api.nvim_set_current_win(window)
  local other = M.scratch(name, 'python', text)
  vim.cmd.diffthis()
  vim.cmd(('rightbelow vertical sbuffer %d'):format(other))
  vim.cmd.diffthis()
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = other,
    once = true,
    callback = function()
      if vim.api.nvim_win_is_valid(window) then
        vim.api.nvim_win_call(window, vim.cmd.diffoff)
      end
    end,
  })
end

return M
