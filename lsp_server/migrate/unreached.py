"""Branches that MindSpore never takes: ``if x.is_quantized:``. Where something in one of them has no counterpart, the
branch goes, for it would keep the whole file from being converted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.syntax.patterns import Pattern

_BRANCHES = Pattern("(if_statement) @branch")
_KEPT = Pattern("(comment) @kept (else_clause) @kept (elif_clause) @kept")
_CONSTANTS = {"False": False, "None": False, "True": True}


def adjustments(analysis: Analysis, plans: Sequence[Plan], left: Sequence[int]) -> Iterator[Adjustment]:
    """``left``: where something stays as it is. A branch with comments stays, and one of several."""
    if not left:
        return
    told = {(plan.start, plan.end): value for plan in plans if (value := _constant(plan)) is not None}
    if not told:
        return
    gone = -1
    for node in _BRANCHES.captures(analysis.document.root, "branch"):
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
        following = node.next_named_sibling
        if condition is None or body is None or following is None or node.start_byte < gone:
            continue
        if not any(body.start_byte <= place < body.end_byte for place in left) or _KEPT.captures(node, "kept"):
            continue
        if _truth(condition, told) is False:
            gone = node.end_byte
            change = Change(node.start_byte, following.start_byte)
            yield Adjustment(change.start, change.end, (change,))


def _constant(plan: Plan) -> bool | None:
    """What a use becomes, where that is a constant whatever its object is."""
    change = plan.changes[0] if len(plan.changes) == 1 else None
    whole = change is not None and (change.start, change.end) == (plan.start, plan.end) and len(change.parts) == 1
    said = change.parts[0] if change is not None and whole else None
    return _CONSTANTS.get(said) if isinstance(said, str) else None


def _truth(node: Node, told: dict[tuple[int, int], bool]) -> bool | None:
    """Whether a condition holds; None if that is not known, or if it does something else that would get lost."""
    known = told.get((node.start_byte, node.end_byte))
    if known is not None:
        return known
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return _truth(node.named_children[0], told)
    argument = node.child_by_field_name("argument")
    if node.type == "not_operator" and argument is not None:
        inner = _truth(argument, told)
        return None if inner is None else not inner
    first, second = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if node.type != "boolean_operator" or first is None or second is None or operator is None:
        return None
    one, other = _truth(first, told), _truth(second, told)
    if one is None or other is None:
        return False if operator.type == "and" and one is False else None
    return (one and other) if operator.type == "and" else (one or other)
