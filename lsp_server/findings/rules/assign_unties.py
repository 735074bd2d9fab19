"""TS120: ``load_state_dict(…, assign=True)`` on a module with tied weights."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import captures, has
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.syntax.patterns import Pattern

CODE = "TS120"
_TOLD = re.compile(rb"load_state_dict")
_ASSIGNS = re.compile(rb"assign")
_LOADS = Pattern('(call function: (attribute attribute: (identifier) @name) (#eq? @name "load_state_dict")) @call')


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _ASSIGNS) or b"tie_weights" in analysis.document.data:
        return
    for call in captures(analysis, _LOADS, "call", _TOLD):
        flag = shapes.argument(analysis, call, 2, "assign")
        if flag is None or flag.type != "true" or shapes.callee(analysis, call) != "torch.nn.Module.load_state_dict":
            continue
        state = known_state(analysis, shapes.receiver(call))
        shared = next((entry.name for entry in state.entries if entry.shared), "") if state is not None else ""
        if shared:
            yield Finding(CODE, call.start_byte, call.end_byte, (("name", shared),))


RULE = Rule(
    code=CODE,
    name="assign-unties",
    severity="warning",
    message=messages.TS120_MESSAGE,
    what=messages.TS120_WHAT,
    why=messages.TS120_WHY,
    example="""import torch
from torch import nn


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 2)
        self.head = nn.Linear(2, 5, bias=False)
        self.head.weight = self.embed.weight


net = Tied()


def load(state):
    net.load_state_dict(state, assign=True)
""",
    instead="""import torch
from torch import nn


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(5, 2)
        self.head = nn.Linear(2, 5, bias=False)
        self.head.weight = self.embed.weight


net = Tied()


def load(state):
    net.load_state_dict(state)
""",
    fix_safety=NO_FIX,
    check=check,
)
