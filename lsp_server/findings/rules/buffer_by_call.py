"""TS128: ``register_buffer("x", t)`` could be ``self.x = nn.Buffer(t)``, which type checkers and readers understand."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings.buffer_forms import registration
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import BUFFERS, matches
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.syntax.patterns import Pattern

CODE = "TS128"
_CALLS = Pattern(
    """(expression_statement (call function: (attribute attribute: (identifier) @method))
                             (#eq? @method "register_buffer")) @statement"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    for captures in matches(analysis, _CALLS, BUFFERS):
        found = registration(analysis, captures["statement"][0])
        if found is not None and found.is_call:
            values = (("owner", analysis.text(found.owner)), ("name", found.name))
            yield Finding(CODE, found.start, found.end, values, found.fix)


RULE = Rule(
    code=CODE,
    name="buffer-by-call",
    severity="hint",
    message=messages.TS128_MESSAGE,
    what=messages.TS128_WHAT,
    why=messages.TS128_WHY,
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
    def __init__(self):
        super().__init__()
        self.offset = nn.Buffer(torch.ones(3))

    def forward(self, x):
        return x + self.offset.abs()
""",
    fix_safety=messages.TS128_SAFETY,
    check=check,
    optional=True,
)
