"""TS125: "unfreeze everything" trains a Parameter that the module keeps frozen on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import layers
from lsp_server.findings.known_state import known_state
from lsp_server.findings.loops import loops
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import captures
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.syntax.patterns import Pattern

CODE = "TS125"
_TOLD = re.compile(rb"requires_grad_")
_FROZEN = re.compile(
    r"requires_grad\s*=\s*False|requires_grad_\(\s*False|Parameter\([^()]*(\([^()]*\))?[^()]*,\s*False"
)
_CALLS = Pattern('(call function: (attribute attribute: (identifier) @name) (#eq? @name "requires_grad_")) @call')


def check(analysis: Analysis) -> Iterator[Finding]:
    for loop in loops(analysis, lambda body, item: unfreezes(analysis, body, item)):
        if loop.symbol.startswith("torch."):
            yield from _found(analysis, loop.owner, loop.node.child_by_field_name("right") or loop.owner)
    for call in captures(analysis, _CALLS, "call", _TOLD):
        flag = shapes.argument(analysis, call, 0, "requires_grad")
        owner = shapes.receiver(call)
        if owner is None or (flag is not None and flag.type != "true") or _is_item(analysis, owner):
            continue
        if shapes.callee(analysis, call) == "torch.nn.Module.requires_grad_":
            yield from _found(analysis, owner, call)


def unfreezes(analysis: Analysis, body: Node, item: Node) -> bool:
    """Whether the body of a loop does nothing else than set ``requires_grad`` of every Parameter, or does so first."""
    name = re.escape(analysis.text(item))
    first = next(iter(shapes.statements(body)), None)
    told = rf"{name}\.requires_grad(\s*=\s*True|_\((True|requires_grad=True)?\))"
    return first is not None and re.fullmatch(told, analysis.text(first)) is not None


def _is_item(analysis: Analysis, owner: Node) -> bool:
    """Whether it is the variable of a loop around it: a Parameter, no module."""
    loop = shapes.enclosing(owner, "for_statement", "function_definition")
    left = loop.child_by_field_name("left") if loop is not None else None
    return left is not None and owner.type == "identifier" and analysis.text(owner) in analysis.text(left)


def _may_be_frozen(analysis: Analysis, owner: Node) -> bool:
    """Whether the class, or one that it names, freezes anything: asked before its state is worked out."""
    value = analysis.value(owner).value
    if not isinstance(value, UserInstance):
        return False
    home = value.cls.definition
    text = home.text
    if _FROZEN.search(text) is not None:
        return True
    named = [layer for layer in layers(home.analysis) if re.search(rf"\b{layer.name}\(", text)]
    return any(_FROZEN.search(layer.analysis.text(layer.node)) is not None for layer in named)


def _found(analysis: Analysis, owner: Node, place: Node) -> Iterator[Finding]:
    if not _may_be_frozen(analysis, owner):
        return
    state = known_state(analysis, owner)
    frozen = [entry for entry in state.entries if entry.kind == "parameter" and not entry.trainable] if state else []
    if frozen:
        yield Finding(CODE, place.start_byte, place.end_byte, (("name", frozen[0].name),))


RULE = Rule(
    code=CODE,
    name="unfreezes-frozen",
    severity="warning",
    message=messages.TS125_MESSAGE,
    what=messages.TS125_WHAT,
    why=messages.TS125_WHY,
    example="""import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.table = nn.Parameter(torch.zeros(4), requires_grad=False)

    def forward(self, x):
        return self.fc(x) + self.table


net = Positions()
for parameter in net.parameters():
    parameter.requires_grad = True
""",
    instead="""import torch
from torch import nn


class Positions(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.register_buffer("table", torch.zeros(4))

    def forward(self, x):
        return self.fc(x) + self.table


net = Positions()
for parameter in net.parameters():
    parameter.requires_grad = True
""",
    fix_safety=NO_FIX,
    check=check,
)
