"""``torch.backends.cudnn.benchmark = True`` and its like: what chooses among algorithms that give the same goes;
``deterministic`` is said by a call."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Module, SymbolRef
from lsp_server.migrate.plan import Adjustment, Change, Name
from lsp_server.syntax.patterns import Pattern

_ASSIGNMENTS = Pattern("(expression_statement . (assignment left: (attribute) right: (_)) @assignment .)")
_HOLDER = "torch.backends.cudnn"
_GOING = ("benchmark", "benchmark_limit")


def flags(analysis: Analysis) -> Iterator[tuple[Node, str]]:
    """The assignments of a file that convert, with the names of the flags."""
    if b"cudnn" not in analysis.document.data:
        return
    for assignment in _ASSIGNMENTS.captures(analysis.document.root, "assignment"):
        left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
        held = left.child_by_field_name("object") if left is not None else None
        name = left.child_by_field_name("attribute") if left is not None else None
        value = analysis.value(held).value if held is not None else None
        if not isinstance(value, (Module, SymbolRef)) or value.name != _HOLDER or name is None or right is None:
            continue
        flag = analysis.text(name)
        if flag in (*_GOING, "deterministic") or (flag == "enabled" and analysis.text(right) == "True"):
            yield assignment, flag


def idle(analysis: Analysis) -> list[Node]:
    """The statements that go."""
    return [one.parent for one, flag in flags(analysis) if flag != "deterministic" and one.parent is not None]


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """Those that are said by a call."""
    for assignment, flag in flags(analysis):
        value = assignment.child_by_field_name("right")
        if flag == "deterministic" and value is not None:
            start, end = assignment.start_byte, assignment.end_byte
            yield Adjustment(start, end, (Change(start, end, (Name("mindspore.set_deterministic"), "(", value, ")")),))
