"""The page about what is left in a converted tree."""

from __future__ import annotations

from lsp_server.messages import Message

TITLE = Message("# Converted to {framework} {version}", "# 已转换到 {framework} {version}")
COUNTS = Message(
    "{summary}. In {clean} of {files} files nothing is left. Lines are those of the original.",
    "{summary}。{files} 个文件中有 {clean} 个没有遗留。行号均指原文件。",
)
OFTEN = Message("## What is left most often", "## 最常见的遗留项")
LEFT = Message("## To be done by hand", "## 需手工处理")
NOTHING_LEFT = Message("Nothing has to be done by hand.", "没有需要手工处理的内容。")
UNSAFE = Message(
    "## To be checked\n\nThese were converted, but may behave differently.",
    "## 需核对\n\n以下用法已转换，但行为可能不同。",
)
LINE = Message("line {lines}", "第 {lines} 行")
LINES = Message("lines {lines}", "第 {lines} 行")
CELL = Message("cell:line {lines}", "单元格:行 {lines}")
NEXT = Message(
    "## Next\n\n"
    "1. Work through the two lists above. `torchspore convert --best-effort` also converts what is only likely and "
    "marks what is left with `# TODO(torchspore): …`.\n"
    "2. `torchspore check .` finds what runs but behaves differently.\n"
    "3. `torchspore weights SRC -o DST --model FILE:EXPR` takes trained weights along.",
    "## 接下来\n\n"
    "1. 逐项处理上面两个列表。`torchspore convert --best-effort` 会同时转换仅为可能的用法，并用 `# TODO(torchspore): …` 标记遗留。\n"
    "2. 用 `torchspore check .` 查找能运行但行为不同的代码。\n"
    "3. 用 `torchspore weights SRC -o DST --model FILE:EXPR` 迁移训练好的权重。",
)
