-- What the commands of a buffer do, but for those of the migration (init.lua).

local pages = require('torchspore.pages')
local requests = require('torchspore.requests')
local texts = require('torchspore.texts')

local M = {}

---@param client vim.lsp.Client
---@param bufnr integer
function M.convert_file(client, bufnr)
  requests.execute(client, bufnr, 'torchspore.convertFile', { vim.uri_from_bufnr(bufnr), vim.empty_dict() })
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.preview_file(client, bufnr)
  local params = { textDocument = vim.lsp.util.make_text_document_params(bufnr) }
  requests.ask(client, 'torchspore/convert', params, function(answer)
    local window = vim.fn.bufwinid(bufnr)
    if answer and window ~= -1 then
      pages.beside(window, ('torchspore://converted/%d'):format(bufnr), answer.text)
    end
  end, bufnr)
end

---@param client vim.lsp.Client
---@param bufnr integer
---@param name string
function M.explain(client, bufnr, name)
  requests.execute(client, bufnr, 'torchspore.explain', { name }, function(answer)
    if type(answer) == 'string' then
      local look = { border = 'rounded', focus_id = 'torchspore' }
      vim.lsp.util.open_floating_preview(vim.split(answer, '\n'), 'markdown', look)
    end
  end)
end

--- Shows all parameters and buffers of the module at a place: `{ uri, position }`.
---@param client vim.lsp.Client
---@param bufnr integer
---@param arguments any[]
function M.show_state(client, bufnr, arguments)
  requests.execute(client, bufnr, 'torchspore.showState', arguments, function(answer)
    if type(answer) == 'string' then
      pages.below(('torchspore://state/%d'):format(bufnr), 'markdown', answer)
    end
  end)
end

--- Shows what a conversion of a file would do: `{ uri }`.
---@param client vim.lsp.Client
---@param bufnr integer
---@param arguments any[]
function M.show_report(client, bufnr, arguments)
  requests.execute(client, bufnr, 'torchspore.report', arguments, function(answer)
    if answer then
      pages.below(('torchspore://report/%d'):format(bufnr), 'markdown', answer.text)
    end
  end)
end

--- Converts all files of the workspace, after a question: Neovim cannot show the changes before they are made.
---@param client vim.lsp.Client
---@param bufnr integer
function M.convert_workspace(client, bufnr)
  local convert = texts.text(client, 'Convert')
  local question = { prompt = texts.text(client, 'Convert all Python files of the workspace?') }
  vim.ui.select({ convert, texts.text(client, 'Cancel') }, question, function(choice)
    if choice == convert then
      requests.execute(client, bufnr, 'torchspore.convertWorkspace', { vim.empty_dict() })
    end
  end)
end

---@param client vim.lsp.Client
---@param bufnr integer
function M.scan(client, bufnr)
  requests.execute(client, bufnr, 'torchspore.scanWorkspace', {})
end

--- Defines the commands in a buffer.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  local function define(name, callback, options)
    vim.api.nvim_buf_create_user_command(bufnr, name, callback, options)
  end
  define('LspTorchSporeConvertFile', function()
    M.convert_file(client, bufnr)
  end, { desc = 'Convert this file to the other framework' })
  define('LspTorchSporePreviewFile', function()
    M.preview_file(client, bufnr)
  end, { desc = 'Show this file and its conversion side by side' })
  define('LspTorchSporeReport', function()
    M.show_report(client, bufnr, { vim.uri_from_bufnr(bufnr) })
  end, { desc = 'Report what a conversion of this file would do' })
  define('LspTorchSporeConvertWorkspace', function()
    M.convert_workspace(client, bufnr)
  end, { desc = 'Convert all Python files of the workspace, after a question' })
  define('LspTorchSporeScan', function()
    M.scan(client, bufnr)
  end, { desc = 'Report the findings of all files of the workspace' })
  define('LspTorchSporeState', function()
    local place = vim.lsp.util.make_position_params(0, client.offset_encoding)
    M.show_state(client, bufnr, { place.textDocument.uri, place.position })
  end, { desc = 'Show all parameters and buffers of the module under the cursor' })
  define('LspTorchSporeExplain', function(command)
    M.explain(client, bufnr, command.args ~= '' and command.args or vim.fn.expand('<cexpr>'))
  end, { nargs = '?', desc = 'Explain a symbol or the code of a finding' })
end

return M
