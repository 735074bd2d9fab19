"""TS116: ``to_empty`` on a module with buffers that no checkpoint brings back."""

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

CODE = "TS116"
_TOLD = re.compile(rb"to_empty")
_CALLS = Pattern('(call function: (attribute attribute: (identifier) @name) (#eq? @name "to_empty")) @call')
_FILLED = re.compile(rb"reset_parameters|init_weights|_init_weights|init_buffers|\.apply\(|reset_buffers|initialize")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD) or _FILLED.search(analysis.document.data):
        return
    for call in captures(analysis, _CALLS, "call", _TOLD):
        state = known_state(analysis, shapes.receiver(call))
        for entry in state.entries if state is not None and state.framework == "torch" else ():
            if entry.kind == "buffer" and not entry.persistent and entry.shape is not None:
                yield Finding(CODE, call.start_byte, call.end_byte, (("name", entry.name),))
                break


RULE = Rule(
    code=CODE,
    name="emptied-buffer",
    severity="warning",
    message=messages.TS116_MESSAGE,
    what=messages.TS116_WHAT,
    why=messages.TS116_WHY,
    example="""import torch
from torch import nn


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.arange(4.0), persistent=False)

    def forward(self, x):
        return x * self.steps


with torch.device("meta"):
    net = Steps()
net.to_empty(device="cpu")
""",
    instead="""import torch
from torch import nn


class Steps(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("steps", torch.arange(4.0), persistent=False)

    def forward(self, x):
        return x * self.steps

    def reset_buffers(self):
        self.steps = torch.arange(4.0, device=self.steps.device)


with torch.device("meta"):
    net = Steps()
net.to_empty(device="cpu")
net.reset_buffers()
""",
    fix_safety=NO_FIX,
    check=check,
)
