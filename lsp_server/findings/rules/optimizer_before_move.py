"""TS123: an optimizer made before its module is moved in a way that the optimizer does not follow."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.optimizer_order import Made, is_made_again, moved, optimizers
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages

CODE = "TS123"
_EAGER = "torch.optim.Adagrad"
"""Makes its state with the optimizer (torch 2.13), on the device where the parameters are at that moment. The others
make it at the first step."""


def check(analysis: Analysis) -> Iterator[Finding]:
    for made in optimizers(analysis):
        for node in made.later:
            if not _moves(analysis, made, node) or is_made_again(analysis, made):
                continue
            edits = moved(analysis, made, node)
            fix = Fix(messages.TS123_FIX, edits, "unsafe") if edits is not None else None
            values = (("module", made.module), ("optimizer", made.target))
            yield Finding(CODE, node.start_byte, node.end_byte, values, fix)
            break


def _moves(analysis: Analysis, made: Made, node: Node) -> bool:
    """``to_empty`` gives a module other Parameters; ``cuda`` and ``to(device)`` keep the objects."""
    if node.type != "expression_statement":
        return False
    ways = (
        r"to_empty\(|cuda\(|to\((?!torch\.(half|float|double|bfloat|int))" if made.symbol == _EAGER else r"to_empty\("
    )
    module = re.escape(made.module)
    return re.match(rf"({module}\s*=\s*)?{module}\.({ways})", analysis.text(node)) is not None


RULE = Rule(
    code=CODE,
    name="optimizer-before-move",
    severity="warning",
    message=messages.TS123_MESSAGE,
    what=messages.TS123_WHAT,
    why=messages.TS123_WHY,
    example="""import torch
from torch import nn

net = nn.Linear(4, 2, device="meta")
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net.to_empty(device="cpu")
""",
    instead="""import torch
from torch import nn

net = nn.Linear(4, 2, device="meta")
net.to_empty(device="cpu")
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
""",
    fix_safety=messages.TS122_SAFETY,
    check=check,
)
