-- Starts a server again that ended by itself, once in a while, and says so. Neovim does not: its buffers would be without answers.

local texts = require('torchspore.texts')

local M = {}

local PAUSE_MS = 3 * 60 * 1000
local ASKED_TO_END = 15

---@type table<integer, { client: vim.lsp.Client, buffers: table<integer, true> }>
local watched = {}
---@type table<string, integer> when the server of a folder was started again last
local restarted = {}

--- Remembers what a client would have to be started with.
---@param client vim.lsp.Client
---@param bufnr integer
function M.watch(client, bufnr)
  local known = watched[client.id] or { client = client, buffers = {} }
  known.buffers[bufnr] = true
  watched[client.id] = known
end

--- For `on_exit`. A server that was told to end has no signal and the code 0, or the signal of a request to end.
---@param code integer
---@param signal integer
---@param client_id integer
function M.ended(code, signal, client_id)
  local known = watched[client_id]
  watched[client_id] = nil
  if not known or signal == ASKED_TO_END or (code == 0 and signal == 0) then
    return
  end
  local client = known.client
  vim.schedule(function()
    if vim.v.exiting ~= vim.NIL then
      return
    end
    local folder, now = client.config.root_dir or '', vim.uv.now()
    if restarted[folder] and now - restarted[folder] < PAUSE_MS then
      local said = texts.text(client, 'TorchSpore: the server stopped again and is not restarted; :edit starts it')
      vim.notify(said, vim.log.levels.ERROR)
      return
    end
    restarted[folder] = now
    for bufnr in pairs(known.buffers) do
      if vim.api.nvim_buf_is_loaded(bufnr) then
        vim.lsp.start(client.config, { bufnr = bufnr })
      end
    end
    local said = texts.text(client, 'TorchSpore: the server stopped unexpectedly and was restarted')
    vim.notify(said, vim.log.levels.WARN)
  end)
end

return M
