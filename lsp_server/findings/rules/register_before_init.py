"""TS108: a layer is given parameters, buffers or modules before ``super().__init__()`` has run, or without it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_module, is_parameter, method_of
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.writing import indentation, moved_before, whole_lines
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

CODE = "TS108"
_INIT = re.compile(r"^super\s*\([^)]*\)\s*\.\s*__init__\s*\(|^[\w.]+\.__init__\(\s*self\b")
_TOLD = re.compile(rb"def\s+__init__\b(?!\s*\([^()]*\)\s*(?:->\s*None\s*)?:\s*super\(\)\.__init__\()")
"""A constructor that does not call the one of its base first."""


def check(analysis: Analysis) -> Iterator[Finding]:
    if analysis.path is not None and analysis.path.name.startswith("modular_"):
        return  # transformers writes the module that is run from it, and puts the call in its place
    yield from in_layers(analysis, CODE, _TOLD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    method = classes.table(layer.cls).methods.get("__init__")
    body = method.node.child_by_field_name("body") if method is not None else None
    if body is None or any(not fact.certain for fact in classes.lineage(layer.cls)):
        return
    start = next((node for node in shapes.statements(body) if _INIT.match(analysis.text(node))), None)
    if start is None and "__init__" in analysis.text(body):
        return  # it is called in some other way
    first = _first(layer, body, start)
    if first is not None:
        fix = _fix(analysis, body, start)
        yield Finding(CODE, first.target.start_byte, first.target.end_byte, (("cls", layer.name),), fix)


def _first(layer: Layer, body: Node, start: Node | None) -> Setting | None:
    """The first of the registering statements of the body itself that stands too early."""
    early = [
        setting
        for settings in layer.settings.values()
        for setting in settings
        if method_of(setting) == "__init__"
        and body.start_byte <= setting.target.start_byte
        and (start is None or setting.target.start_byte < start.start_byte)
        and _registers(layer.analysis, setting)
        and _is_in(body, setting.target)
    ]
    return min(early, key=lambda setting: setting.target.start_byte, default=None)


def _registers(analysis: Analysis, setting: Setting) -> bool:
    if setting.registered:
        return True
    if setting.value is None or setting.path:
        return False
    fact = analysis.value(setting.value)
    return fact.certain and (is_parameter(fact) or is_module(analysis, fact.value))


def _is_in(body: Node, target: Node) -> bool:
    """Whether a target stands in a statement of the block itself, not below a condition."""
    node = target.parent
    while node is not None and node.type in ("assignment", "expression_statement", "call", "argument_list"):
        node = node.parent
    return node == body


def _fix(analysis: Analysis, body: Node, start: Node | None) -> Fix | None:
    found = shapes.statements(body)
    first = found[1] if shapes.is_docstring(found[0]) and len(found) > 1 else found[0]
    if start is None:
        if whole_lines(analysis, first) is None:
            return None
        line = f"super().__init__(){analysis.document.newline}{indentation(analysis, first)}"
        return Fix(messages.TS108_FIX_ADD, (Edit(first.start_byte, first.start_byte, line),), "unsafe")
    call = start.named_children[0] if start.named_children else None
    arguments = shapes.positional(call) if call is not None and call.type == "call" else start
    alone = arguments is None or analysis.text(arguments) == "self"
    edits = moved_before(analysis, start, first) if alone else None
    return Fix(messages.TS108_FIX, edits, "safe") if edits is not None else None


RULE = Rule(
    code=CODE,
    name="register-before-init",
    severity="error",
    message=messages.TS108_MESSAGE,
    what=messages.TS108_WHAT,
    why=messages.TS108_WHY,
    example="""from torch import nn


class Head(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(4, 2)
        super().__init__()

    def forward(self, x):
        return self.fc(x)
""",
    instead="""from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(x)
""",
    fix_safety=messages.TS108_SAFETY,
    check=check,
)
