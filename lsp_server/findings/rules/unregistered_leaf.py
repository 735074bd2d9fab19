"""TS104: a tensor with ``requires_grad=True`` as an attribute of a module: it learns, but no optimizer is given it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, is_plain_tensor, method_of
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has
from lsp_server.findings.writing import imports
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller

CODE = "TS104"
_TOLD = re.compile(rb"requires_grad")
_OPTIMIZERS = re.compile(rb"optim|\b(Adam|AdamW|SGD)\(")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD):
        return
    yield from in_layers(analysis, CODE, _TOLD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for name, settings in layer.settings.items() if layer.framework == "torch" else ():
        setting = settings[0]
        if len(settings) > 1 or setting.registered or setting.path or method_of(setting) != "__init__":
            continue
        learning = _learning(analysis, setting.value)
        if learning is None or not layer.forward_reads(name) or _is_listed(layer, name):
            continue
        values = (("cls", layer.name), ("name", name))
        target = setting.target
        fix = _fix(analysis, setting, learning)
        yield Finding(CODE, target.start_byte, target.end_byte, values, fix)


def _learning(analysis: Analysis, value: Node | None) -> Node | None:
    """The part of ``torch.randn(3, requires_grad=True)`` or ``….requires_grad_()`` that goes away for a Parameter."""
    if value is None or value.type != "call":
        return None
    fact = analysis.value(value)
    if not fact.certain or not is_plain_tensor(fact):
        return None
    if shapes.callee(analysis, value) == "torch.Tensor.requires_grad_":
        first = shapes.positional(value)
        function = value.child_by_field_name("function")
        owner = shapes.receiver(value)
        plain = owner is not None and owner.type == "call" and shapes.callee(analysis, owner).startswith("torch.")
        return function if plain and (first is None or first.type == "true") else None
    flag = shapes.keyword(analysis, value, "requires_grad")
    return flag.parent if flag is not None and flag.type == "true" else None


def _is_listed(layer: Layer, name: str) -> bool:
    """Whether the file makes optimizers and reads the attribute of other objects than ``self``: it may be given to one
    by hand."""
    layer.depends_on_file()
    data = layer.analysis.document.data
    others = re.search(rb"(?<!self)\.%s\b" % re.escape(name.encode()), data) is not None
    return (others and _OPTIMIZERS.search(data) is not None) or layer.looks_after(name)


def _fix(analysis: Analysis, setting: Setting, learning: Node) -> Fix | None:
    value = setting.value
    if value is None or assignment(setting) is None:
        return None
    speller = Speller(analysis)
    name = speller.spell("torch.nn.Parameter")
    if learning.type == "attribute":
        owner = learning.child_by_field_name("object")
        cut = Edit(owner.end_byte, value.end_byte, ")") if owner is not None else None
        edits = (cut,) if cut is not None else ()
    else:
        before = learning.prev_named_sibling
        start = before.end_byte if before is not None else learning.start_byte
        edits = (Edit(start, learning.end_byte, ""), Edit(value.end_byte, value.end_byte, ")"))
    return Fix(
        messages.TS104_FIX,
        (*imports(speller), Edit(value.start_byte, value.start_byte, f"{name}("), *edits),
        "unsafe",
    )


RULE = Rule(
    code=CODE,
    name="unregistered-leaf",
    severity="warning",
    message=messages.TS104_MESSAGE,
    what=messages.TS104_WHAT,
    why=messages.TS104_WHY,
    example="""import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = torch.ones(3, requires_grad=True)

    def forward(self, x):
        return x * self.gain
""",
    instead="""import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(3))

    def forward(self, x):
        return x * self.gain
""",
    fix_safety=messages.TS104_SAFETY,
    check=check,
)
