"""Findings: their messages, fixes and pages."""

from __future__ import annotations

from lsp_server.messages import Message

SECTION_WHAT = Message("What it does", "检查内容")
SECTION_WHY = Message("Why it matters", "为何重要")
SECTION_EXAMPLE = Message("Example", "示例")
SECTION_INSTEAD = Message("Use instead", "应改为")
SECTION_SAFETY = Message("Fix safety", "修复的安全性")

TS101_MESSAGE = Message(
    "`{target}` becomes None: registering `{name}` returns nothing and sets the attribute by itself",
    "`{target}` 会变成 None：注册 `{name}` 没有返回值，属性由注册动作自行设置",
)
TS101_FIX = Message("Register without assigning", "只注册，不赋值")
TS101_WHAT = Message(
    "Finds the result of `register_buffer` or `register_parameter` assigned to an attribute.",
    "查找把 `register_buffer` 或 `register_parameter` 的返回值赋给属性的写法。",
)
TS101_WHY = Message(
    "Both methods return None. Under another name the attribute stays None for good; under the same name the "
    "assignment overwrites what was registered: in torch the buffer becomes None and is missing from the "
    "`state_dict`.",
    "两个方法都返回 None。若属性名与注册名不同，该属性永远是 None；若同名，赋值会覆盖刚注册的内容："
    "在 torch 中缓冲区变为 None，并从 `state_dict` 中消失。",
)
TS101_SAFETY = Message(
    "Safe if the attribute has the registered name; unsafe otherwise, because code that reads the other name "
    "will then fail instead of getting None.",
    "属性名与注册名相同时是安全的；否则不安全，因为读取另一个名字的代码将报错，而不再得到 None。",
)

TS102_MESSAGE = Message(
    "`{cls}` is a `{base}` and runs `{right}`, not `{wrong}`",
    "`{cls}` 继承自 `{base}`，运行的是 `{right}` 而不是 `{wrong}`",
)
TS102_FIX = Message("Rename to the method that is run", "改名为实际会运行的方法")
TS102_WHAT = Message(
    "Finds a `torch.nn.Module` that defines `construct` but no `forward`, and a `mindspore.nn.Cell` that defines "
    "`forward` but no `construct`.",
    "查找只定义了 `construct` 而没有 `forward` 的 `torch.nn.Module`，以及只定义了 `forward` 而没有 `construct` 的 "
    "`mindspore.nn.Cell`。",
)
TS102_WHY = Message(
    "Each framework calls its own method. The other one is never run: torch raises NotImplementedError at the first "
    "call, MindSpore an AttributeError.",
    "两个框架各自调用自己的方法，另一个名字的方法永远不会运行：torch 在首次调用时抛出 NotImplementedError，"
    "MindSpore 抛出 AttributeError。",
)
TS102_SAFETY = Message(
    "Safe if nothing in the class calls the method by its old name; unsafe otherwise.",
    "类内没有代码以旧名调用该方法时是安全的，否则不安全。",
)
