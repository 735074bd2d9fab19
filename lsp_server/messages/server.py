"""What the server says: titles of actions, progress, problems."""

from __future__ import annotations

from lsp_server.messages import Message

FAILED = Message("TorchSpore: {error}. The log says more.", "TorchSpore：{error}。详见日志。")
CONVERT_TO = Message("Convert to `{code}`", "转换为 `{code}`")
CONVERT_UNSAFE = Message("Convert to `{code}` (check the result)", "转换为 `{code}`（请核对结果）")
CONVERT_FILE = Message("Convert file to {framework}", "将文件转换为 {framework}")
CONVERT_CALL = Message("Convert call to {framework}", "将调用转换为 {framework}")
CONVERT_STATEMENT = Message("Convert statement to {framework}", "将语句转换为 {framework}")
CONVERT_CLASS = Message("Convert class to {framework}", "将类转换为 {framework}")
CONVERT_SELECTION = Message("Convert selection to {framework}", "将所选内容转换为 {framework}")
CONVERT_BEST_EFFORT = Message("{title} (best effort, TODO for the rest)", "{title}（尽力转换，其余标记 TODO）")
PREVIEW_FILE = Message("Preview file in {framework}", "预览文件的 {framework} 版本")
CERTAIN_EDITS = Message("Safe conversions", "安全的转换")
UNSAFE_EDITS = Message("To be checked: {symbol} → {counterpart}", "需核对：{symbol} → {counterpart}")
FIX_ALL = Message("Fix all safe TorchSpore findings", "修复所有可安全修复的 TorchSpore 问题")
SCANNING = Message("Scanning the workspace", "正在扫描工作区")
SCANNED = Message("{files} files, {findings} findings", "{files} 个文件，{findings} 个问题")
SCAN_CANCELLED = Message("Scan cancelled after {files} files", "扫描在 {files} 个文件后取消")
NOT_OPEN = Message("{uri} is not open: open the file first", "{uri} 未打开：请先打开该文件")
NOTHING_TO_CONVERT = Message("Nothing to convert in this file", "此文件没有可转换的内容")
UNKNOWN_NAME = Message(
    "{name} is not known. Similar names: {similar}",
    "未找到 {name}。相近的名称：{similar}",
)
UNKNOWN_NAME_ALONE = Message("{name} is not known: check the spelling", "未找到 {name}：请检查拼写")
COMPLETION_DETAIL = Message("TorchSpore: {framework} for {name}", "TorchSpore：{name} 在 {framework} 中的写法")
NOT_LOOPBACK = Message(
    "{host} can be reached from other machines, and whoever connects can read your files: "
    "listen on 127.0.0.1, ::1 or localhost, and use a tunnel (ssh -L) from elsewhere",
    "{host} 可从其他机器访问，而任何连接者都能读取你的文件：请监听 127.0.0.1、::1 或 localhost，远程使用请走隧道（ssh -L）",
)
LISTENING = Message(
    "listening on {address}, for one client of this machine", "正在监听 {address}，只接受本机的一个客户端"
)
CANNOT_LISTEN = Message(
    "{host}:{port} cannot be listened on ({error}): choose another port",
    "无法监听 {host}:{port}（{error}）：请换一个端口",
)
