"""TS122: an optimizer made before a layer of its module is replaced: the new layer does not learn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings.layers import is_module, is_parameter
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.optimizer_order import Made, is_made_again, moved, optimizers
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserInstance, Value
from lsp_server.messages import findings_training as messages
from lsp_server.state.evaluator import state_of

CODE = "TS122"


def check(analysis: Analysis) -> Iterator[Finding]:
    for made in optimizers(analysis):
        for node in made.later:
            target = _replaced(analysis, made, node)
            if target is None or is_made_again(analysis, made):
                continue
            edits = moved(analysis, made, node)
            fix = Fix(messages.TS122_FIX, edits, "unsafe") if edits is not None else None
            values = (("layer", analysis.text(target)), ("optimizer", made.target))
            yield Finding(CODE, target.start_byte, target.end_byte, values, fix)
            break


def _replaced(analysis: Analysis, made: Made, node: Node) -> Node | None:
    """The ``net.fc`` of ``net.fc = nn.Linear(…)``."""
    inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if inner is None or inner.type != "assignment":
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None or right.type != "call":
        return None
    if not re.match(rf"{re.escape(made.module)}[.\[]", analysis.text(left)):
        return None
    fact = analysis.value(right)
    return left if fact.certain and (is_parameter(fact) or _learns(analysis, fact.value)) else None


def _learns(analysis: Analysis, value: Value) -> bool:
    if not isinstance(value, (Instance, UserInstance)) or not is_module(analysis, value):
        return False
    state = state_of(analysis, value)
    return state is not None and any(entry.kind == "parameter" for entry in state.entries)


RULE = Rule(
    code=CODE,
    name="optimizer-before-replacement",
    severity="warning",
    message=messages.TS122_MESSAGE,
    what=messages.TS122_WHAT,
    why=messages.TS122_WHY,
    example="""import torch
from torch import nn

net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net[1] = nn.Linear(4, 3)
""",
    instead="""import torch
from torch import nn

net = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2))
net[1] = nn.Linear(4, 3)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
""",
    fix_safety=messages.TS122_SAFETY,
    check=check,
)
