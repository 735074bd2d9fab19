-- TorchSpore for vim.lsp.config() / vim.lsp.enable() of Neovim 0.11 and newer.
-- Put the folder that holds `lsp/` on the 'runtimepath', then: vim.lsp.enable('torchspore'). See :help torchspore.

--- Runs a command that a lens sends, as the command of the same meaning does.
---@param name 'show_state'|'show_report'
---@return fun(command: lsp.Command, context: { client_id: integer, bufnr: integer })
local function lens(name)
  return function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    if client then
      require('torchspore.commands')[name](client, context.bufnr, command.arguments)
    end
  end
end

return {
  cmd = { 'torchspore', 'server', '--stdio' },
  filetypes = { 'python' },
  root_markers = { 'pyproject.toml', 'torchspore.toml', 'setup.py', 'setup.cfg', 'requirements.txt', '.git' },
  -- The same names as in VS Code, without the prefix: { language = 'zh-cn', target = { device = 'Ascend' } }
  init_options = { settings = vim.empty_dict() },
  -- Reports are shown by the command below, not by the server.
  capabilities = { experimental = { commands = { commands = { 'torchspore.report' } } } },
  before_init = function(params)
    -- Neovim does not tell its language by itself.
    params.locale = params.locale or vim.v.lang
  end,
  commands = {
    ['torchspore.showState'] = lens('show_state'),
    ['torchspore.report'] = lens('show_report'),
  },
  on_exit = function(code, signal, client_id)
    require('torchspore.restart').ended(code, signal, client_id)
  end,
  on_attach = function(client, bufnr)
    require('torchspore.restart').watch(client, bufnr)
    require('torchspore').attach(client, bufnr)
  end,
}
