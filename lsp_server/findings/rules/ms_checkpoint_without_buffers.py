"""TS151: ``save_checkpoint(net, …)`` leaves registered buffers out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import captures
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS151"
_TOLD = re.compile(rb"save_checkpoint")
_CALLS = Pattern(
    """(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
             (#eq? @name "save_checkpoint")) @call"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    for call in captures(analysis, _CALLS, "call", _TOLD):
        net = shapes.argument(analysis, call, 0, "save_obj")
        if net is None or shapes.callee(analysis, call) != "mindspore.save_checkpoint":
            continue
        state = known_state(analysis, net)
        names = [e.name for e in state.entries if e.kind == "buffer" and e.persistent] if state is not None else []
        if names and state is not None and state.framework == "mindspore":
            fix = Fix(messages.TS151_FIX, (Edit(net.end_byte, net.end_byte, ".state_dict()"),), "unsafe")
            values = (("name", names[0]), ("net", analysis.text(net)))
            yield Finding(CODE, net.start_byte, net.end_byte, values, fix)


RULE = Rule(
    code=CODE,
    name="checkpoint-without-buffers",
    severity="warning",
    message=messages.TS151_MESSAGE,
    what=messages.TS151_WHAT,
    why=messages.TS151_WHY,
    example="""import mindspore as ms
from mindspore import nn


class Mean(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(2, 2)
        self.register_buffer("mean", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        return self.fc(x) - self.mean


net = Mean()


def save(path):
    ms.save_checkpoint(net, path)
""",
    instead="""import mindspore as ms
from mindspore import nn


class Mean(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(2, 2)
        self.register_buffer("mean", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        return self.fc(x) - self.mean


net = Mean()


def save(path):
    ms.save_checkpoint(net.state_dict(), path)
""",
    fix_safety=messages.TS151_SAFETY,
    check=check,
)
