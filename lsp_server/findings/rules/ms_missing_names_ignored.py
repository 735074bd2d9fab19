"""TS155: the names that ``load_param_into_net`` could not load are thrown away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.layers import statement
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import captures
from lsp_server.findings.writing import indentation, whole_lines
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS155"
_TOLD = re.compile(rb"load_param_into_net")
_CALLS = Pattern(
    """(expression_statement . (call function: [(identifier) @name (attribute attribute: (identifier) @name)]
             (#eq? @name "load_param_into_net")) @call .)"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    for call in captures(analysis, _CALLS, "call", _TOLD):
        if shapes.callee(analysis, call) == "mindspore.load_param_into_net":
            yield Finding(CODE, call.start_byte, call.end_byte, (), _fix(analysis, call))


def _fix(analysis: Analysis, call: Node) -> Fix | None:
    whole, name = statement(call), "not_loaded"
    if whole_lines(analysis, whole) is None or name.encode() in analysis.document.data:
        return None
    after = (
        f"{analysis.document.newline}{indentation(analysis, whole)}if {name}:"
        f"{analysis.document.newline}{indentation(analysis, whole)}    "
        f'raise ValueError(f"not in the checkpoint: {{{name}}}")'
    )
    edits = (Edit(call.start_byte, call.start_byte, f"{name}, _ = "), Edit(call.end_byte, call.end_byte, after))
    return Fix(messages.TS155_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="missing-names-ignored",
    severity="information",
    message=messages.TS155_MESSAGE,
    what=messages.TS155_WHAT,
    why=messages.TS155_WHY,
    example="""import mindspore as ms
from mindspore import nn

net = nn.Dense(2, 2)


def load(parameters):
    ms.load_param_into_net(net, parameters)
""",
    instead="""import mindspore as ms
from mindspore import nn

net = nn.Dense(2, 2)


def load(parameters):
    not_loaded, _ = ms.load_param_into_net(net, parameters)
    if not_loaded:
        raise ValueError(f"not in the checkpoint: {not_loaded}")
""",
    fix_safety=messages.TS155_SAFETY,
    check=check,
)
