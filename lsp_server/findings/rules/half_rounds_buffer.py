"""TS115: ``.half()`` or ``.bfloat16()`` on a model with a table that needs its digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import layer_of
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import captures
from lsp_server.findings.tensors import full_text
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import SymbolRef, UserClass, UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.syntax.patterns import Pattern

CODE = "TS115"
_TOLD = re.compile(rb"\.(half|bfloat16)\(\)|\.(to|type)\([^()\n]*\b(float16|half|bfloat16)\b")
_CALLS = Pattern(
    """(call function: (attribute attribute: (identifier) @name)
             (#any-of? @name "half" "bfloat16" "to" "type")) @call"""
)
_DIGITS = re.compile(r"[^/]/[^/]|\*\*|\b(exp|log|pow|linspace|logspace|sin|cos|sqrt|reciprocal|rand|randn)\b")
_WHOLE = re.compile(r"//|\.(long|int|bool|half|bfloat16)\(|\bdtype\b")
_MAX_DEPTH = 3
_DTYPES = {"torch.float16": "float16", "torch.half": "float16", "torch.bfloat16": "bfloat16"}
_SHORT = ("float16", "half", "bfloat16")


def check(analysis: Analysis) -> Iterator[Finding]:
    for call in captures(analysis, _CALLS, "call", _TOLD):
        dtype, owner = _dtype(analysis, call), shapes.receiver(call)
        fact = analysis.value(owner) if dtype and owner is not None else None
        if fact is None or not fact.certain or not isinstance(fact.value, UserInstance):
            continue
        name = _needs_digits(fact.value.cls)
        if name:
            yield Finding(CODE, call.start_byte, call.end_byte, (("name", name), ("dtype", dtype)))


def _dtype(analysis: Analysis, call: Node) -> str:
    name = shapes.method_name(analysis, call)
    if name in ("half", "bfloat16"):
        return {"half": "float16"}.get(name, name)
    given = shapes.keyword(analysis, call, "dtype"), shapes.positional(call, 0), shapes.positional(call, 1)
    for node in given:
        if node is None or analysis.text(node).rpartition(".")[2] not in _SHORT:
            continue
        value = analysis.fact(node).value
        if isinstance(value, SymbolRef) and value.name in _DTYPES:
            return _DTYPES[value.name]
    return ""


def _needs_digits(cls: UserClass, depth: int = 0) -> str:
    """The name of a float buffer that the class, or one that it holds, works out with more than a few digits."""
    layer = layer_of(cls)
    if layer is None or layer.framework != "torch":
        return ""
    for name, settings in layer.settings.items():
        value = settings[0].value
        if len(settings) > 1 or value is None or layer.looks_after(name):
            continue
        if settings[0].registered == "register_buffer":
            if _DIGITS.search(full_text(layer.analysis, value)) and not _WHOLE.search(full_text(layer.analysis, value)):
                return name
            continue
        held = layer.analysis.value(value)
        if held.certain and isinstance(held.value, UserInstance) and depth < _MAX_DEPTH:
            inner = _needs_digits(held.value.cls, depth + 1)
            if inner:
                return f"{name}.{inner}"
    return ""


RULE = Rule(
    code=CODE,
    name="half-rounds-buffer",
    severity="information",
    message=messages.TS115_MESSAGE,
    what=messages.TS115_WHAT,
    why=messages.TS115_WHY,
    example="""import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("inv_freq", 1.0 / 10000 ** (torch.arange(0, 8, 2) / 8))

    def forward(self, positions):
        return positions[:, None] * self.inv_freq


net = Rotary().bfloat16()
""",
    instead="""import torch
from torch import nn


class Rotary(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, positions):
        inv_freq = 1.0 / 10000 ** (torch.arange(0, 8, 2, device=positions.device) / 8)
        return positions[:, None] * inv_freq


net = Rotary().bfloat16()
""",
    fix_safety=NO_FIX,
    check=check,
)
