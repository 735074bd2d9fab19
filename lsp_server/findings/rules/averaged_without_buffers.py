"""TS124: ``AveragedModel`` averages parameters only; the batch statistics stay those of the last model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has, matches
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS124"
_TOLD = re.compile(rb"AveragedModel")
_CALLS = Pattern(
    """(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
             arguments: (argument_list . (_) @model) @arguments (#eq? @name "AveragedModel")) @call"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD) or b"update_bn" in analysis.document.data:
        return
    for captures in matches(analysis, _CALLS, _TOLD):
        call, arguments = captures["call"][0], captures["arguments"][0]
        symbol = shapes.callee(analysis, call)
        if not symbol.endswith(".AveragedModel") or shapes.argument(analysis, call, 4, "use_buffers") is not None:
            continue
        if any("splat" in node.type for node in arguments.named_children):
            continue
        state = known_state(analysis, captures["model"][0])
        names = [entry.name for entry in state.entries if entry.own_name == "running_mean"] if state else []
        if names:
            last = arguments.named_children[-1]
            edits = (Edit(last.end_byte, last.end_byte, ", use_buffers=True"),)
            fix = Fix(messages.TS124_FIX, edits, "unsafe")
            yield Finding(CODE, call.start_byte, call.end_byte, (("name", names[0]),), fix)


RULE = Rule(
    code=CODE,
    name="averaged-without-buffers",
    severity="information",
    message=messages.TS124_MESSAGE,
    what=messages.TS124_WHAT,
    why=messages.TS124_WHY,
    example="""from torch import nn
from torch.optim.swa_utils import AveragedModel

net = nn.BatchNorm1d(1)
averaged = AveragedModel(net)
""",
    instead="""from torch import nn
from torch.optim.swa_utils import AveragedModel

net = nn.BatchNorm1d(1)
averaged = AveragedModel(net, use_buffers=True)
""",
    fix_safety=messages.TS124_SAFETY,
    check=check,
)
