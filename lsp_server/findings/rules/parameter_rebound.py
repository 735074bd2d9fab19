"""TS126: a loop gives the name of a Parameter another value; the Parameter itself stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.loops import Loop, loops
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.writing import imports
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller

CODE = "TS126"


def check(analysis: Analysis) -> Iterator[Finding]:
    for loop in loops(analysis, lambda body, item: _rebinding(analysis, body, item) is not None):
        change = _rebinding(analysis, loop.body, loop.item)
        if change is None or (change.type == "augmented_assignment" and loop.symbol.startswith("torch.")):
            continue  # `p -= …` changes the Parameter itself in torch
        values = (("name", analysis.text(loop.item)),)
        yield Finding(CODE, change.start_byte, change.end_byte, values, _fix(analysis, loop, change))


def _rebinding(analysis: Analysis, body: Node, item: Node) -> Node | None:
    """The statement ``p = p - …`` or ``p -= …`` after which nothing in the loop reads the name."""
    name = re.compile(rf"(?<![\w.]){re.escape(analysis.text(item))}\b")
    found: Node | None = None
    for node in shapes.statements(body):
        if found is not None and name.search(analysis.text(node)):
            found = None
        found = _change(analysis, node, item, name) or found
    return found


def _change(analysis: Analysis, node: Node, item: Node, name: re.Pattern[str]) -> Node | None:
    inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if inner is None:
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None or analysis.text(left) != analysis.text(item):
        return None
    if inner.type == "augmented_assignment":
        return inner
    if inner.type != "assignment" or inner.child_by_field_name("type") is not None or right.type != "binary_operator":
        return None
    return inner if name.search(analysis.text(right)) else None


def _fix(analysis: Analysis, loop: Loop, change: Node) -> Fix | None:
    left, right = change.child_by_field_name("left"), change.child_by_field_name("right")
    if left is None or right is None:
        return None
    name, value = analysis.text(left), analysis.text(right)
    if change.type == "augmented_assignment":
        operator = change.child_by_field_name("operator")
        sign = analysis.text(operator).removesuffix("=") if operator is not None else "+"
        value = f"{name} {sign} {value if right.type in ('identifier', 'call', 'integer', 'float') else f'({value})'}"
    if loop.symbol.startswith("torch."):
        edits = (Edit(change.start_byte, change.end_byte, f"{name}.data.copy_({value})"),)
        return Fix(messages.TS126_FIX, edits, "unsafe")
    speller = Speller(analysis)
    text = f"{speller.spell('mindspore.ops.assign')}({name}, {value})"
    return Fix(messages.TS126_FIX, (*imports(speller), Edit(change.start_byte, change.end_byte, text)), "unsafe")


RULE = Rule(
    code=CODE,
    name="parameter-rebound",
    severity="error",
    message=messages.TS126_MESSAGE,
    what=messages.TS126_WHAT,
    why=messages.TS126_WHY,
    example="""from torch import nn

net = nn.Linear(4, 2)


def decay():
    for p in net.parameters():
        p = p * 0.5
""",
    instead="""from torch import nn

net = nn.Linear(4, 2)


def decay():
    for p in net.parameters():
        p.data.copy_(p * 0.5)
""",
    fix_safety=messages.TS126_SAFETY,
    check=check,
)
