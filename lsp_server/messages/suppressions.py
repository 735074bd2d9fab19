"""Comments that say what is not to be reported: what is said of them, and the actions that write them."""

from __future__ import annotations

from lsp_server.messages import Message

LINE_ACTION = Message("Ignore {code} on this line", "在此行忽略 {code}")
FILE_ACTION = Message("Ignore {code} in this file", "在此文件中忽略 {code}")
WORKSPACE_ACTION = Message("Ignore {code} in the workspace ({file})", "在工作区中忽略 {code}（{file}）")
NO_FOLDER = Message(
    "No folder is open whose settings could say it: open one, or ignore the finding in the file",
    "没有打开可以写入设置的文件夹：请先打开文件夹，或在文件中忽略",
)
CANNOT_WRITE = Message(
    "{path} could not be changed ({reason}): add {code} to findings.ignore by hand",
    "无法修改 {path}（{reason}）：请手工将 {code} 加入 findings.ignore",
)
WRITTEN = Message("{code} is ignored in {path}", "已在 {path} 中忽略 {code}")

UNUSED_CODES = Message("nothing here needs `{codes}` to be ignored", "此处没有需要忽略的 `{codes}`")
UNUSED_ALL = Message("nothing here needs to be ignored", "此处没有需要忽略的问题")
TS001_FIX = Message("Remove what is not needed", "删除不需要的部分")
TS001_WHAT = Message(
    "Finds `# torchspore: ignore` comments, or codes in them, that nothing needs any more.",
    "查找不再需要的 `# torchspore: ignore` 注释，或其中不再需要的代码。",
)
TS001_WHY = Message(
    "A comment that hides nothing today hides the next mistake that is made in its place. Codes that were not looked for "
    "(because they are not selected, or because migration mode is off) are not called unused.",
    "今天什么都没有隐藏的注释，会隐藏以后在同一位置出现的错误。未被检查的代码（未选中，或迁移模式已关闭）不算作不需要。",
)
TS001_SAFETY = Message(
    "Safe: only the comment changes. Of several codes, those that are needed stay, and so does any other comment on the line.",
    "安全：只修改注释。多个代码中仍需要的会保留，同一行的其他注释也会保留。",
)
TS002_WHAT = Message(
    "Finds comments that begin like a suppression and are none: a misspelt word, brackets that are missing or empty, a code "
    "that does not exist, `ignore-file` behind code.",
    "查找形似忽略注释但无效的注释：单词拼错、方括号缺失或为空、代码不存在、`ignore-file` 写在代码之后。",
)
TS002_WHY = Message(
    "Such a comment does nothing, although it looks as if it did. The right forms: `# torchspore: ignore[TS101] reason` and "
    "`# torchspore: ignore` at the end of a line or on a line of their own above a statement, "
    "`# torchspore: ignore-file[TS101] reason` and `# torchspore: ignore-file` on a line of their own. Several codes are "
    "separated by commas; `TS1` stands for all codes that begin so.",
    "这样的注释看似有效，实际不起作用。正确写法：行末或语句上方单独一行的 `# torchspore: ignore[TS101] 原因` 与 "
    "`# torchspore: ignore`；单独一行的 `# torchspore: ignore-file[TS101] 原因` 与 `# torchspore: ignore-file`。"
    "多个代码用逗号分隔；`TS1` 代表所有以它开头的代码。",
)
TS002_SAFETY = Message(
    "Safe where the code stands there without brackets: they are added. Anything else is for you to decide.",
    "代码缺少方括号时安全：补上方括号。其他情况需由你决定。",
)
TS002_FIX = Message("Put the code in brackets", "给代码加上方括号")
UNKNOWN_WORD = Message(
    "`{word}` is neither `ignore` nor `ignore-file`; this comment does nothing",
    "`{word}` 既不是 `ignore` 也不是 `ignore-file`，此注释不起作用",
)
NOT_CLOSED = Message("the codes want a closing `]`; this comment does nothing", "代码列表缺少 `]`，此注释不起作用")
NO_CODES = Message(
    "no codes stand in the brackets: name some, or leave the brackets out",
    "方括号中没有代码：请写上代码，或去掉方括号",
)
NO_BRACKETS = Message(
    "codes stand in brackets: `{word}[{codes}]`; this comment does nothing",
    "代码应写在方括号中：`{word}[{codes}]`，此注释不起作用",
)
UNKNOWN_CODE = Message("there is no finding with the code `{code}`", "不存在代码为 `{code}` 的检查项")
BEHIND_CODE = Message(
    "`ignore-file` wants a line of its own; this comment does nothing", "`ignore-file` 须单独占一行，此注释不起作用"
)
