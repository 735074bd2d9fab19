"""TS114: ``nn.DataParallel`` around a module whose ``forward`` assigns a buffer: the replicas are thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import layer_of
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import captures
from lsp_server.findings.updates import updates
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserInstance
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.syntax.patterns import Pattern

CODE = "TS114"
_TOLD = re.compile(rb"DataParallel")
_CALLS = Pattern(
    """(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
             (#eq? @name "DataParallel")) @call"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    for call in captures(analysis, _CALLS, "call", _TOLD):
        module = shapes.argument(analysis, call, 0, "module")
        if module is None or not shapes.callee(analysis, call).endswith("nn.DataParallel"):
            continue
        fact = analysis.value(module)
        if not fact.certain or not isinstance(fact.value, UserInstance):
            continue
        layer = layer_of(fact.value.cls)
        lost = [one for one in updates(layer) if one.way in ("assigned", "augmented")] if layer is not None else []
        if layer is not None and lost:
            values = (("cls", layer.name), ("name", lost[0].name))
            yield Finding(CODE, call.start_byte, call.end_byte, values)


RULE = Rule(
    code=CODE,
    name="replica-loses-buffer",
    severity="warning",
    message=messages.TS114_MESSAGE,
    what=messages.TS114_WHAT,
    why=messages.TS114_WHY,
    example="""import torch
from torch import nn


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls = self.calls + 1
        return x


net = nn.DataParallel(Counting())
""",
    instead="""import torch
from torch import nn


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls.add_(1)  # on the first device this is the buffer of the module itself
        return x


net = nn.DataParallel(Counting())
""",
    fix_safety=NO_FIX,
    check=check,
)
