"""Migration mode: what its commands say."""

from __future__ import annotations

from lsp_server.messages import Message

MODE_IS_OFF = Message(
    "Migration mode is off here: set migration.mode to a direction",
    "此处未开启迁移模式：请将 migration.mode 设为某个方向",
)
NOTHING_SAFE = Message("Nothing is left that can be converted without a check", "没有可以直接安全转换的内容")
SAFE_GROUP = Message("{file}: {count} safe conversions", "{file}：{count} 处安全转换")
ASK = Message("Convert {count} uses in {files} files?", "转换 {files} 个文件中的 {count} 处用法？")
CONVERT = Message("Convert", "转换")
DONE = Message("{count} uses converted in {files} files", "已转换 {files} 个文件中的 {count} 处用法")
