-- What the plugin itself says, in the language of the server: `torchspore/language` knows it from the settings, from the
-- project's file and from Neovim's own language.

local requests = require('torchspore.requests')

local M = {}

local CHINESE = {
  ['Cancel'] = '取消',
  ['Convert'] = '转换',
  ['Convert %d uses in %d files?'] = '转换 %2$d 个文件中的 %1$d 处用法？',
  ['Convert all Python files of the workspace?'] = '转换工作区中的所有 Python 文件？',
  ['TorchSpore: %d left'] = 'TorchSpore：剩余 %d 处',
  ['TorchSpore: migration mode is off (migration.mode)'] = 'TorchSpore：未开启迁移模式（migration.mode）',
  ['TorchSpore: nothing is left'] = 'TorchSpore：没有待迁移的内容',
  ['TorchSpore: the server stopped again and is not restarted; :edit starts it'] = 'TorchSpore：服务器再次停止，不再自动重启；执行 :edit 可重新启动',
  ['TorchSpore: the server stopped unexpectedly and was restarted'] = 'TorchSpore：服务器意外停止，已重新启动',
  -- :checkhealth torchspore
  ['Neovim'] = 'Neovim',
  ['Server'] = '服务器',
  ['Buffers'] = '缓冲区',
  ['Project'] = '项目',
  ['Neovim %s is new enough'] = 'Neovim %s 版本满足要求',
  ['Neovim 0.11 or newer is needed'] = '需要 Neovim 0.11 或更高版本',
  ['the configuration is enabled'] = '配置已启用',
  ['the configuration is not enabled'] = '配置未启用',
  ["vim.lsp.enable('torchspore') belongs into init.lua"] = "请在 init.lua 中加入 vim.lsp.enable('torchspore')",
  ['`%s` starts the server: %s'] = '`%s` 用于启动服务器：%s',
  ['`%s` cannot be run'] = '无法运行 `%s`',
  ['pip install torchspore, or name its path in cmd: see :help torchspore-install'] = '请执行 pip install torchspore，或在 cmd 中写明路径：见 :help torchspore-install',
  ['no server is running: it starts with the first Python file'] = '没有正在运行的服务器：打开第一个 Python 文件时启动',
  ['server %s runs in %s'] = '服务器 %s 正在运行，项目根目录为 %s',
  ['no project was found: files are answered one by one'] = '没有找到项目：逐个文件处理',
  ['buffers that it is attached to: %d'] = '已附加的缓冲区：%d 个',
  ['the commands of buffer %d are missing: on_attach was replaced'] = '缓冲区 %d 缺少命令：on_attach 被替换了',
  ['use an LspAttach autocommand instead: see :help torchspore-commands'] = '请改用 LspAttach 自动命令：见 :help torchspore-commands',
  ['language: %s'] = '语言：%s',
  ['the server does not answer within %d s: it may still be reading the project'] = '服务器在 %d 秒内没有响应：可能仍在读取项目',
  ['migration mode is off'] = '未开启迁移模式',
  ['migration mode: to %s, %d of %d uses done'] = '迁移模式：迁移到 %s，共 %3$d 处用法，已完成 %2$d 处',
}

---@type table<integer, string>
local of_client = {}

--- Asks a server for its language, and remembers it.
---@param client vim.lsp.Client
---@param done? fun()
function M.learn(client, done)
  requests.ask(client, 'torchspore/language', vim.empty_dict(), function(answer)
    of_client[client.id] = answer
    if done then
      done()
    end
  end)
end

--- Before a server has answered: what the configuration says, or Neovim's language.
---@param client? vim.lsp.Client
---@return string
function M.language(client)
  if client and of_client[client.id] then
    return of_client[client.id]
  end
  local settings = vim.tbl_get(client or {}, 'config', 'init_options', 'settings')
  local chosen = settings and settings.language or 'auto'
  if chosen ~= 'auto' then
    return chosen
  end
  return vim.v.lang:lower():find('^zh') and 'zh-cn' or 'en'
end

--- Fills the places of a text; a translation may name them (`%2$d`), because the order of words differs.
---@param text string
---@param values any[]
---@return string
local function filled(text, values)
  local next_place = 0
  return (text:gsub('%%(%d?)%$?([ds])', function(place)
    next_place = next_place + 1
    return tostring(values[tonumber(place) or next_place])
  end))
end

--- An English text in the language of a client.
---@param client? vim.lsp.Client
---@param english string
---@param ... any
---@return string
function M.text(client, english, ...)
  local chosen = M.language(client) == 'zh-cn' and CHINESE[english] or english
  return filled(chosen, { ... })
end

return M
