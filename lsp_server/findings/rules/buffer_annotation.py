"""TS111: type checkers do not know what a registered buffer is: the class body says nothing about it."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import BUFFERS, has
from lsp_server.findings.writing import imports, indentation, whole_lines
from lsp_server.inference import classes, decorators
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller

CODE = "TS111"


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, BUFFERS):
        return
    yield from in_layers(analysis, CODE, BUFFERS, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    if layer.framework != "torch":
        return
    for name, settings in layer.settings.items():
        first = settings[0]
        plain = len(settings) == 1 and first.registered == "register_buffer" and name.isidentifier()
        if not plain or first.value is None or first.value.type == "none" or name not in layer.reads:
            continue
        if _is_annotated(layer, name) or layer.looks_after(name):
            continue
        values = (("cls", layer.name), ("name", name))
        fix = _fix(layer, name)
        yield Finding(CODE, first.target.start_byte, first.target.end_byte, values, fix)


def _is_annotated(layer: Layer, name: str) -> bool:
    """Whether the class or one of its bases says anything about the name."""
    for fact in classes.lineage(layer.cls):
        cls = fact.value
        definition = getattr(cls, "definition", None)
        body = definition.node.child_by_field_name("body") if definition is not None else None
        for node in body.named_children if body is not None else ():
            inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
            left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
            if left is not None and definition is not None and definition.analysis.text(left) == name:
                return True
    return False


def _fix(layer: Layer, name: str) -> Fix | None:
    """A line at the start of the class body. In a dataclass it would be a field."""
    body = layer.node.child_by_field_name("body")
    if body is None or decorators.marks(layer.analysis, layer.node):
        return None
    found = shapes.statements(body)
    first = found[1] if shapes.is_docstring(found[0]) and len(found) > 1 else found[0]
    if whole_lines(layer.analysis, first) is None:
        return None
    speller = Speller(layer.analysis)
    newline = layer.analysis.document.newline
    is_definition = first.type in ("function_definition", "decorated_definition", "class_definition")
    line = f"{name}: {speller.spell('torch.Tensor')}{newline}"
    gap = newline if is_definition else ""
    edit = Edit(first.start_byte, first.start_byte, line + gap + indentation(layer.analysis, first))
    return Fix(messages.TS111_FIX, (*imports(speller), edit), "safe")


RULE = Rule(
    code=CODE,
    name="buffer-annotation",
    severity="hint",
    message=messages.TS111_MESSAGE,
    what=messages.TS111_WHAT,
    why=messages.TS111_WHY,
    example="""import torch
from torch import nn


class Shift(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("offset", torch.ones(3))

    def forward(self, x):
        return x + self.offset.abs()
""",
    instead="""import torch
from torch import nn


class Shift(nn.Module):
    offset: torch.Tensor

    def __init__(self):
        super().__init__()
        self.register_buffer("offset", torch.ones(3))

    def forward(self, x):
        return x + self.offset.abs()
""",
    fix_safety=messages.TS111_SAFETY,
    check=check,
    optional=True,
)
