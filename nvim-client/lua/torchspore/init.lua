-- Migration mode in Neovim: a component for the status line, what is left as a quickfix list, everything safe at once.
-- See :help torchspore-migration.

local commands = require('torchspore.commands')
local pages = require('torchspore.pages')
local requests = require('torchspore.requests')
local texts = require('torchspore.texts')

local M = {}

local ask = requests.ask

local NAME = 'torchspore'
local PAUSE_MS = 400
local ATTACHED_BY = 'torchspore_client'
local TYPES = { safe = 'N', check = 'I', hand = 'W', none = 'E' }

---@class torchspore.Figures
---@field total integer
---@field done integer
---@field left integer
---@field safe integer
---@field check integer
---@field byHand integer
---@field none integer
---@field percent integer

---@type table<integer, torchspore.Figures>
local of_buffer = {}
---@type table|nil
local of_workspace
local timer = assert(vim.uv.new_timer())

---@param bufnr? integer
---@return vim.lsp.Client|nil
local function client_of(bufnr)
  return vim.lsp.get_clients({ bufnr = bufnr, name = NAME })[1]
end

--- Asks for the figures of a buffer and of the workspace, once typing pauses.
---@param bufnr integer
local function refresh(bufnr)
  timer:start(PAUSE_MS, 0, vim.schedule_wrap(function()
    local client = vim.api.nvim_buf_is_valid(bufnr) and client_of(bufnr)
    if not client then
      return
    end
    texts.learn(client)
    ask(client, 'torchspore/progress', requests.scope(bufnr, false), function(answer)
      of_buffer[bufnr] = answer
      ask(client, 'torchspore/progress', vim.empty_dict(), function(whole)
        of_workspace = whole
        vim.cmd.redrawstatus({ bang = true })
      end)
    end)
  end))
end

--- The figures of a buffer (the current one) and of the workspace; nil while migration mode is off.
---@param bufnr? integer
---@return torchspore.Figures|nil file
---@return torchspore.Figures|nil workspace
function M.figures(bufnr)
  return of_buffer[bufnr or vim.api.nvim_get_current_buf()], of_workspace
end

--- For a status line: `MindSpore 40% (12%)`, the buffer and in brackets the workspace; empty while migration mode is off.
---@param bufnr? integer
---@return string
function M.progress(bufnr)
  local file, workspace = M.figures(bufnr)
  if not workspace then
    return ''
  end
  local here = file and file.total > 0 and ('%d%% (%d%%)'):format(file.percent, workspace.percent)
  return ('%s %s'):format(workspace.target.name, here or ('(%d%%)'):format(workspace.percent))
end

--- Puts what is left into the quickfix list and opens it.
---@param bufnr integer
---@param whole boolean of the workspace, and not only of the buffer
function M.left(bufnr, whole)
  local client = client_of(bufnr)
  if not client then
    return
  end
  ask(client, 'torchspore/left', requests.scope(bufnr, whole), function(answer)
    if not answer then
      vim.notify(texts.text(client, 'TorchSpore: migration mode is off (migration.mode)'), vim.log.levels.WARN)
      return
    end
    local items = {}
    for _, file in ipairs(answer.files) do
      local places = vim.tbl_map(function(use)
        return { uri = file.uri, range = use.range }
      end, file.uses)
      for index, item in ipairs(vim.lsp.util.locations_to_items(places, client.offset_encoding)) do
        local use = file.uses[index]
        items[#items + 1] = vim.tbl_extend('force', item, { text = ('%s %s'):format(use.code, use.reason), type = TYPES[use.way] })
      end
    end
    vim.fn.setqflist({}, ' ', { title = texts.text(client, 'TorchSpore: %d left', #items), items = items })
    if #items > 0 then
      vim.cmd('botright copen')
    else
      vim.notify(texts.text(client, 'TorchSpore: nothing is left'))
    end
  end)
end

--- A diff of every file that would change, in a buffer that vanishes with its window.
---@param files { uri: string, text: string }[]
---@return integer window
local function show(files)
  local lines = {}
  for _, file in ipairs(files) do
    local bufnr = vim.uri_to_bufnr(file.uri)
    vim.fn.bufload(bufnr)
    local old = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') .. '\n'
    local name = vim.fn.fnamemodify(vim.uri_to_fname(file.uri), ':.')
    vim.list_extend(lines, { '--- a/' .. name, '+++ b/' .. name })
    vim.list_extend(lines, vim.split(vim.trim(vim.diff(old, file.text, { ctxlen = 2 }) --[[@as string]]), '\n'))
  end
  return pages.below('torchspore://safe', 'diff', table.concat(lines, '\n'))
end

--- Shows everything safe that a conversion would change, asks, and does it; one undo in each file takes it back.
---@param bufnr integer
---@param whole boolean of the workspace, and not only of the buffer
function M.convert_safe(bufnr, whole)
  local client = client_of(bufnr)
  if not client then
    return
  end
  ask(client, 'torchspore/convertSafe', requests.scope(bufnr, whole), function(answer)
    -- Without an answer there is nothing to do, and the server has said so.
    if not answer then
      return
    end
    local window = show(answer.files)
    vim.cmd.redraw()
    local convert = texts.text(client, 'Convert')
    local prompt = texts.text(client, 'Convert %d uses in %d files?', answer.converted, #answer.files)
    vim.ui.select({ convert, texts.text(client, 'Cancel') }, { prompt = prompt }, function(choice)
      if vim.api.nvim_win_is_valid(window) then
        vim.api.nvim_win_close(window, true)
      end
      if choice == convert then
        vim.lsp.util.apply_workspace_edit(answer.edit, client.offset_encoding)
      end
    end)
  end)
end

--- Defines the commands of a buffer and keeps its figures up to date.
---@param client vim.lsp.Client
---@param bufnr integer
function M.attach(client, bufnr)
  if vim.b[bufnr][ATTACHED_BY] == client.id then
    return
  end
  vim.b[bufnr][ATTACHED_BY] = client.id
  commands.attach(client, bufnr)
  local function define(name, callback, description)
    vim.api.nvim_buf_create_user_command(bufnr, name, callback, { bang = true, desc = description })
  end
  define('TorchSporeLeft', function(command)
    M.left(bufnr, not command.bang)
  end, 'List what is left of the migration; with ! of this file only')
  define('LspTorchSporeConvertSafe', function(command)
    M.convert_safe(bufnr, command.bang)
  end, 'Convert everything safe in this file; with ! in the workspace')
  vim.api.nvim_create_autocmd({ 'BufEnter', 'TextChanged', 'InsertLeave', 'BufWritePost' }, {
    group = vim.api.nvim_create_augroup(('torchspore_%d'):format(bufnr), { clear = true }),
    buffer = bufnr,
    callback = function()
      refresh(bufnr)
    end,
  })
  refresh(bufnr)
end

return M
