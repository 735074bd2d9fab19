-- Requests and commands of the server, with what it cannot do told once.

local M = {}

--- Sends a request; `done` gets nil where the server has nothing to answer, which it has then said itself.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param done? fun(answer: any)
---@param bufnr? integer
function M.ask(client, method, params, done, bufnr)
  client:request(method, params, function(err, answer)
    if err then
      vim.notify(('TorchSpore: %s'):format(err.message), vim.log.levels.ERROR)
    elseif done then
      done(answer ~= vim.NIL and answer or nil)
    end
  end, bufnr)
end

--- Runs one of the server's commands.
---@param client vim.lsp.Client
---@param bufnr integer
---@param command string
---@param arguments any[]
---@param done? fun(answer: any)
function M.execute(client, bufnr, command, arguments, done)
  M.ask(client, 'workspace/executeCommand', { command = command, arguments = arguments }, done, bufnr)
end

--- The whole workspace, or one buffer.
---@param bufnr integer
---@param whole boolean
---@return table
function M.scope(bufnr, whole)
  return whole and vim.empty_dict() or { uri = vim.uri_from_bufnr(bufnr) }
end

return M
