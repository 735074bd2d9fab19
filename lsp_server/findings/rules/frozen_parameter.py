"""TS112: a Parameter that never learns: a table or constant for which torch has buffers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes, tensors
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, method_of
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

CODE = "TS112"
_TOLD = re.compile(rb"Parameter")
_FALSE = re.compile(rb"False")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD):
        return
    yield from in_layers(analysis, CODE, _FALSE, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for name, settings in layer.settings.items() if layer.framework == "torch" else ():
        setting = settings[0]
        if len(settings) > 1 or setting.path or setting.registered or method_of(setting) != "__init__":
            continue
        constant = _constant(analysis, setting.value)
        if constant is None or layer.looks_after(name) or not layer.forward_reads(name):
            continue
        values = (("cls", layer.name), ("name", name))
        target = setting.target
        yield Finding(CODE, target.start_byte, target.end_byte, values, _fix(analysis, name, setting, constant))


def _constant(analysis: Analysis, value: Node | None) -> Node | None:
    """What ``nn.Parameter(…, requires_grad=False)`` holds, if it is worked out from numbers and not filled later."""
    if value is None or value.type != "call" or "False" not in analysis.text(value):
        return None
    if not shapes.callee(analysis, value).endswith("nn.Parameter"):
        return None
    flag = shapes.argument(analysis, value, 1, "requires_grad")
    given = shapes.argument(analysis, value, 0, "data")
    if flag is None or flag.type != "false" or given is None:
        return None
    return given if tensors.is_computed(analysis, given) else None


def _fix(analysis: Analysis, name: str, setting: Setting, constant: Node) -> Fix | None:
    node = assignment(setting)
    if node is None or node.child_by_field_name("type") is not None:
        return None
    text = f'self.register_buffer("{name}", {analysis.text(constant)})'
    return Fix(messages.TS112_FIX, (Edit(node.start_byte, node.end_byte, text),), "unsafe")


RULE = Rule(
    code=CODE,
    name="frozen-parameter",
    severity="information",
    message=messages.TS112_MESSAGE,
    what=messages.TS112_WHAT,
    why=messages.TS112_WHY,
    example="""import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Parameter(torch.arange(4.0) / 4, requires_grad=False)

    def forward(self, x):
        return x + self.table
""",
    instead="""import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.arange(4.0) / 4)

    def forward(self, x):
        return x + self.table
""",
    fix_safety=messages.TS112_SAFETY,
    check=check,
)
