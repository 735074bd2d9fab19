-- :checkhealth torchspore

local texts = require('torchspore.texts')

local M = {}

local NAME = 'torchspore'
local WAIT_MS = 3000
local COMMAND = 'LspTorchSporeConvertFile'

--- The answer to a request: a health check may wait, but not for ever.
---@param client vim.lsp.Client
---@param method string
---@return boolean in_time
---@return any answer
local function answered(client, method)
  local answer = client:request_sync(method, vim.empty_dict(), WAIT_MS)
  local result = answer and answer.result
  return answer ~= nil, result ~= vim.NIL and result or nil
end

---@param client? vim.lsp.Client
---@param t fun(english: string, ...): string
local function check_command(client, t)
  local config = client and client.config or vim.lsp.config[NAME] or {}
  local command = type(config.cmd) == 'table' and config.cmd or { NAME }
  local program = command[1]
  local ok, done = pcall(function()
    return vim.system({ program, '--version' }, { text = true }):wait(10000)
  end)
  if ok and done.code == 0 then
    vim.health.ok(t('`%s` starts the server: %s', vim.fn.exepath(program), vim.trim(done.stdout)))
  else
    vim.health.error(t('`%s` cannot be run', program), t('pip install torchspore, or name its path in cmd: see :help torchspore-install'))
  end
end

---@param client vim.lsp.Client
---@param t fun(english: string, ...): string
local function check_buffers(client, t)
  local attached = vim.tbl_keys(client.attached_buffers)
  table.sort(attached)
  vim.health.ok(t('buffers that it is attached to: %d', #attached))
  for _, bufnr in ipairs(attached) do
    if vim.api.nvim_buf_is_loaded(bufnr) and not vim.api.nvim_buf_get_commands(bufnr, {})[COMMAND] then
      local advice = t('use an LspAttach autocommand instead: see :help torchspore-commands')
      vim.health.warn(t('the commands of buffer %d are missing: on_attach was replaced', bufnr), advice)
    end
  end
end

---@param client vim.lsp.Client
---@param t fun(english: string, ...): string
local function check_project(client, t)
  vim.health.info(t('language: %s', texts.language(client)))
  local in_time, progress = answered(client, 'torchspore/progress')
  if not in_time then
    vim.health.warn(t('the server does not answer within %d s: it may still be reading the project', WAIT_MS / 1000))
  elseif progress then
    vim.health.info(t('migration mode: to %s, %d of %d uses done', progress.target.name, progress.done, progress.total))
  else
    vim.health.info(t('migration mode is off'))
  end
end

function M.check()
  local client = vim.lsp.get_clients({ name = NAME })[1]
  if client then
    local learned = false
    texts.learn(client, function()
      learned = true
    end)
    vim.wait(WAIT_MS, function()
      return learned
    end, 20)
  end
  local function t(english, ...)
    return texts.text(client, english, ...)
  end

  vim.health.start(t('Neovim'))
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok(t('Neovim %s is new enough', tostring(vim.version())))
  else
    vim.health.error(t('Neovim 0.11 or newer is needed'))
    return
  end
  -- is_enabled() came with a later Neovim; a running client says the same.
  if client or (vim.lsp.is_enabled and vim.lsp.is_enabled(NAME)) then
    vim.health.ok(t('the configuration is enabled'))
  else
    vim.health.warn(t('the configuration is not enabled'), t("vim.lsp.enable('torchspore') belongs into init.lua"))
  end

  vim.health.start(t('Server'))
  check_command(client, t)
  if not client then
    vim.health.info(t('no server is running: it starts with the first Python file'))
    return
  end
  local version = client.server_info and client.server_info.version or '?'
  if client.root_dir then
    vim.health.ok(t('server %s runs in %s', version, client.root_dir))
  else
    vim.health.ok(t('no project was found: files are answered one by one'))
  end

  vim.health.start(t('Buffers'))
  check_buffers(client, t)
  vim.health.start(t('Project'))
  check_project(client, t)
end

return M
