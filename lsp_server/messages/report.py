"""What a report of a conversion says, and the lens and actions that lead to it."""

from __future__ import annotations

from lsp_server.messages import Message

TITLE = Message("Conversion to {framework}", "转换为 {framework}")
BY_HAND = Message("By hand ({count})", "需手工处理（{count}）")
NO_COUNTERPART = Message("No counterpart ({count})", "没有对应接口（{count}）")
TO_CHECK = Message("Converted, to be checked ({count})", "已转换，需核对（{count}）")
TRAINING_STEPS = Message(
    "Training steps that the action for them rewrites ({count})",
    "可由对应操作改写的训练步骤（{count}）",
)
LENS = Message("To {framework}: {summary}", "转换为 {framework}：{summary}")
CONVERT_RULE = Message("Convert every `{symbol}` in this file", "转换此文件中所有 `{symbol}`")
CONVERT_RULE_EVERYWHERE = Message("Convert every `{symbol}` in the workspace", "转换工作区中所有 `{symbol}`")
CONVERT_WORKSPACE = Message("Convert the workspace to {framework}", "将工作区转换为 {framework}")
CONVERTING = Message("Converting the workspace", "正在转换工作区")
CONVERTED_FILES = Message("{files} files changed: {summary}", "已修改 {files} 个文件：{summary}")
CONVERSION_CANCELLED = Message("Cancelled, nothing was changed", "已取消，未做任何修改")
NOT_APPLIED = Message("The editor did not take the changes", "编辑器未应用这些修改")
