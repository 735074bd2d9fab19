-- TorchSpore for vim.lsp.config() / vim.lsp.enable() of Neovim 0.11 and newer.
-- Put the folder that holds `lsp/` on the 'runtimepath', then: vim.lsp.enable('torchspore'). See :help torchspore.

local DEFINED_FOR = 'torchspore_client'

--- Runs one of the server's commands and hands its answer to `done`.
---@param client vim.lsp.Client
---@param bufnr integer
---@param command string
---@param arguments any[]
---@param done? fun(answer: any)
local function execute(client, bufnr, command, arguments, done)
  client:request('workspace/executeCommand', { command = command, arguments = arguments }, function(err, answer)
    if err then
      vim.notify(('TorchSpore: %s'):format(err.message), vim.log.levels.ERROR)
    elseif done then
      done(answer)
    end
  end, bufnr)
end

---@param client vim.lsp.Client
---@param bufnr integer
local function convert_file(client, bufnr)
  execute(client, bufnr, 'torchspore.convertFile', { vim.uri_from_bufnr(bufnr), vim.empty_dict() })
end

--- A read-only buffer that vanishes with its window.
---@param name string
---@param filetype string
---@param text string
---@return integer
local function scratch(name, filetype, text)
  local old = vim.fn.bufnr(('^%s$'):format(vim.fn.escape(name, '[]*?^$\\')))
  if old ~= -1 then
    vim.api.nvim_buf_delete(old, { force = true })
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(bufnr, name)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(text:gsub('\n$', ''), '\n'))
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].modifiable = false
  -- Syntax only: the file type would start language servers on text that is no file.
  vim.bo[bufnr].syntax = filetype
  return bufnr
end

---@param client vim.lsp.Client
---@param bufnr integer
local function preview_file(client, bufnr)
  local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
  client:request('torchspore/convert', params, function(err, answer)
    if err then
      vim.notify(('TorchSpore: %s'):format(err.message), vim.log.levels.ERROR)
      return
    end
    local window = vim.fn.bufwinid(bufnr)
    -- Without an answer there is nothing to convert, and the server has said so.
    if not answer or answer == vim.NIL or window == -1 then
      return
    end
    vim.api.nvim_set_current_win(window)
    local converted = scratch(('torchspore://converted/%d'):format(bufnr), 'python', answer.text)
    vim.cmd.diffthis()
    vim.cmd(('rightbelow vertical sbuffer %d'):format(converted))
    vim.cmd.diffthis()
    -- Closing the preview must not leave the file in diff mode.
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = converted,
      once = true,
      callback = function()
        if vim.api.nvim_win_is_valid(window) then
          vim.api.nvim_win_call(window, vim.cmd.diffoff)
        end
      end,
    })
  end, bufnr)
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param name string
local function explain(client, bufnr, name)
  execute(client, bufnr, 'torchspore.explain', { name }, function(answer)
    -- For an unknown name the server shows a message, with similar names, and answers nothing.
    if type(answer) ~= 'string' then
      return
    end
    vim.lsp.util.open_floating_preview(vim.split(answer, '\n'), 'markdown', { border = 'rounded', focus_id = 'torchspore' })
  end)
end

--- Shows all parameters and buffers of the module at a place. Code lenses send it with its arguments.
---@param client vim.lsp.Client
---@param bufnr integer
---@param arguments any[]
local function show_state(client, bufnr, arguments)
  execute(client, bufnr, 'torchspore.showState', arguments, function(answer)
    -- Where no module stands the server shows a message, and answers nothing.
    if type(answer) == 'string' then
      vim.cmd(('botright sbuffer %d'):format(scratch(('torchspore://state/%d'):format(bufnr), 'markdown', answer)))
    end
  end)
end

return {
  cmd = { 'torchspore', 'server', '--stdio' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
  -- The same names as in VS Code, without the prefix: { language = 'zh-cn', target = { device = 'Ascend' } }
  init_options = { settings = vim.empty_dict() },
  commands = {
    ['torchspore.showState'] = function(command, context)
      local client = vim.lsp.get_client_by_id(context.client_id)
      if client then
        show_state(client, context.bufnr, command.arguments)
      end
    end,
  },
  on_attach = function(client, bufnr)
    if vim.b[bufnr][DEFINED_FOR] == client.id then
      return
    end
    vim.b[bufnr][DEFINED_FOR] = client.id
    require('torchspore').attach(bufnr)
    local function define(name, callback, options)
      vim.api.nvim_buf_create_user_command(bufnr, name, callback, options)
    end
    define('LspTorchSporeConvertFile', function()
      convert_file(client, bufnr)
    end, { desc = 'Convert this file to the other framework' })
    define('LspTorchSporePreviewFile', function()
      preview_file(client, bufnr)
    end, { desc = 'Show this file and its conversion side by side' })
    define('LspTorchSporeState', function()
      local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
      show_state(client, bufnr, { place.textDocument.uri, place.position })
    end, { desc = 'Show all parameters and buffers of the module under the cursor' })
    define('LspTorchSporeExplain', function(command)
      explain(client, bufnr, command.args ~= '' and command.args or vim.fn.expand('<cexpr>'))
    end, { nargs = '?', desc = 'Explain a symbol or the code of a finding' })
  end,
}
