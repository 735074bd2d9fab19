"""TS121: weights copied parameter by parameter between modules that have buffers too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.loops import over
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import matches
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.syntax.patterns import Pattern

CODE = "TS121"
_TOLD = re.compile(rb"zip\s*\(")
_ZIPS = Pattern(
    '(for_statement right: (call function: (identifier) @zip) @right body: (block) @body (#eq? @zip "zip")) @loop'
)


def check(analysis: Analysis) -> Iterator[Finding]:
    for captures in matches(analysis, _ZIPS, _TOLD):
        loop, right, body = captures["loop"][0], captures["right"][0], analysis.text(captures["body"][0])
        if not any(way in body for way in (".copy_(", ".data =", ".data.copy_", ".lerp_(", ".mul_(")):
            continue
        owners = [over(analysis, node) for node in (shapes.positional(right, 0), shapes.positional(right, 1)) if node]
        if len(owners) != 2 or _copies_buffers(analysis, loop):
            continue
        names = [_buffer(analysis, owner[0]) if owner is not None else "" for owner in owners]
        if all(names):
            values = (("name", names[0]),)
            yield Finding(CODE, right.start_byte, right.end_byte, values)


def _buffer(analysis: Analysis, owner: Node) -> str:
    """The name of a buffer that training changes, of those that are saved."""
    state = known_state(analysis, owner)
    entries = state.entries if state is not None else ()
    return next((entry.name for entry in entries if entry.kind == "buffer" and entry.persistent), "")


def _copies_buffers(analysis: Analysis, loop: Node) -> bool:
    around = shapes.enclosing(loop, "function_definition", "module")
    text = analysis.text(around) if around is not None else ""
    return any(word in text for word in ("buffers()", "load_state_dict", "state_dict(", "deepcopy", "running_mean"))


RULE = Rule(
    code=CODE,
    name="copies-parameters-only",
    severity="warning",
    message=messages.TS121_MESSAGE,
    what=messages.TS121_WHAT,
    why=messages.TS121_WHY,
    example="""import torch
from torch import nn

source = nn.BatchNorm1d(3)
copy = nn.BatchNorm1d(3)


def sync():
    with torch.no_grad():
        for p, q in zip(source.parameters(), copy.parameters()):
            q.copy_(p)
""",
    instead="""from torch import nn

source = nn.BatchNorm1d(3)
copy = nn.BatchNorm1d(3)


def sync():
    copy.load_state_dict(source.state_dict())
""",
    fix_safety=NO_FIX,
    check=check,
)
