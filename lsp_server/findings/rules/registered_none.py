"""TS101: ``self.x = self.register_buffer(…)`` stores None."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import matches
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS101"
_TOLD = re.compile(rb"=\s*[\w.]+\.register_(buffer|parameter)\b")
_ASSIGNED = Pattern(
    """(assignment left: (attribute) @target right: (call function: (attribute attribute: (identifier) @method)) @call
        (#any-of? @method "register_buffer" "register_parameter"))""",
)
_REGISTERING = {
    "torch.nn.Module.register_buffer",
    "torch.nn.Module.register_parameter",
    "mindspore.nn.Cell.register_buffer",
}


def check(analysis: Analysis) -> Iterator[Finding]:
    for captures in matches(analysis, _ASSIGNED, _TOLD):
        target, call = captures["target"][0], captures["call"][0]
        function = call.child_by_field_name("function")
        fact = analysis.fact(function).value if function is not None else None
        if not isinstance(fact, Bound) or fact.name not in _REGISTERING:
            continue
        if _is_none_anyway(analysis, target, call):
            continue
        values = (("target", analysis.text(target)), ("name", _registered(analysis, call)))
        yield Finding(CODE, target.start_byte, call.end_byte, values, _fix(analysis, target, call))


def _is_none_anyway(analysis: Analysis, target: Node, call: Node) -> bool:
    """``self.bias = self.register_parameter("bias", None)`` says the same twice."""
    value = shapes.positional(call, 1)
    own_name = analysis.text(target).rpartition(".")[2] == _registered(analysis, call)
    return own_name and value is not None and value.type == "none"


def _registered(analysis: Analysis, call: Node) -> str:
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    return analysis.text(first).strip("\"'") if first is not None else ""


def _fix(analysis: Analysis, target: Node, call: Node) -> Fix:
    """Registering sets the attribute by itself. If the name differs, reads of the old one would then fail instead of
    giving None, so that is left to the author."""
    same_name = analysis.text(target).rpartition(".")[2] == _registered(analysis, call)
    edits = (Edit(target.start_byte, call.start_byte, ""),)
    return Fix(messages.TS101_FIX, edits, "safe" if same_name else "unsafe")


RULE = Rule(
    code=CODE,
    name="registered-none",
    severity="error",
    message=messages.TS101_MESSAGE,
    what=messages.TS101_WHAT,
    why=messages.TS101_WHY,
    example="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = self.register_buffer("mask", torch.ones(3))
""",
    instead="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3))
""",
    fix_safety=messages.TS101_SAFETY,
    check=check,
)
