"""``hasattr(torch.nn.functional, "scaled_dot_product_attention")``: whether this version of torch has a name.

What the conversion says otherwise is there, whatever MindSpore calls it; of what has no counterpart the program takes
the other branch.
"""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import Constant, Module
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.migrate.target import Target, serving
from lsp_server.syntax.patterns import Pattern

_ASKED = Pattern('(call function: (identifier) @function (#eq? @function "hasattr"))')


def adjustments(analysis: Analysis, target: Target) -> Iterator[Adjustment]:
    """``True`` or ``False`` in the place of each question for a name of torch's modules."""
    if b"hasattr(" not in analysis.document.data:
        return
    for function in _ASKED.captures(analysis.document.root, "function"):
        call = function.parent
        given = argument_nodes(call) if call is not None else []
        if call is None or len(given) != 2:
            continue
        owner, name = analysis.value(given[0]).value, analysis.value(given[1]).value
        if not isinstance(owner, Module) or not isinstance(name, Constant) or owner.name.partition(".")[0] != "torch":
            continue
        rule = analysis.catalog.rule(f"{owner.name}.{name.value}")
        answer = str(rule is not None and rule.verdict != "none" and bool(serving(rule, target)))
        yield Adjustment(call.start_byte, call.end_byte, (Change(call.start_byte, call.end_byte, (answer,)),))
