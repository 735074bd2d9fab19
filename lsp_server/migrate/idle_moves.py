"""``x = x.to(device)``, ``net.cuda()``: with the move gone nothing is left of the statement, so it goes as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.syntax.patterns import Pattern

_STATEMENTS = Pattern("(expression_statement . [(assignment) (call)] @statement .)")


def adjustments(analysis: Analysis, plans: Sequence[Plan], rewritten: Sequence[Adjustment]) -> Iterator[Adjustment]:
    """The statements of a file that would only assign names to themselves, or only name something."""
    moves = {plan.end: plan for plan in plans if _is_move(plan)}
    if not moves:
        return
    taken = [(change.start, change.end) for one in rewritten for change in one.changes if change.end > change.start]
    for node in _STATEMENTS.captures(analysis.document.root, "statement"):
        if any(start < node.end_byte and node.start_byte < end for start, end in taken):
            continue
        if _names_only(node, moves) if node.type == "call" else _assigns_itself(analysis, node, moves):
            yield from _without(analysis, node, taken)


def _names_only(call: Node, moves: dict[int, Plan]) -> bool:
    """Whether nothing but a name is left of a call."""
    plan = moves.get(call.end_byte)
    owner = plan.use.owner if plan is not None and plan.start == call.start_byte else None
    while owner is not None and owner.type == "attribute":
        owner = owner.child_by_field_name("object")
    return owner is not None and owner.type == "identifier"


def _assigns_itself(analysis: Analysis, node: Node, moves: dict[int, Plan]) -> bool:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or node.child_by_field_name("type") is not None:
        return False
    return all(_is_idle(analysis, target, value, moves) for target, value in _pairs(left, right))


def _is_move(plan: Plan) -> bool:
    """Whether a plan takes a call off its receiver and puts nothing in its place."""
    if not plan.use.symbol.endswith((".to", ".cuda", ".cpu")) or len(plan.changes) != 1:
        return False
    return plan.changes[0].parts in ((), (plan.use.owner,))


def _pairs(left: Node, right: Node) -> list[tuple[Node, Node | None]]:
    if left.type == "pattern_list" and right.type == "expression_list":
        if len(left.named_children) != len(right.named_children):
            return [(left, None)]
        return list(zip(left.named_children, right.named_children, strict=True))
    return [(left, right)]


def _is_idle(analysis: Analysis, target: Node, value: Node | None, moves: dict[int, Plan]) -> bool:
    if value is None or value.type != "call":
        return False
    plan = moves.get(value.end_byte)
    owner = plan.use.owner if plan is not None else None
    return owner is not None and analysis.text(owner) == analysis.text(target)


def _without(analysis: Analysis, node: Node, taken: Sequence[tuple[int, int]]) -> Iterator[Adjustment]:
    lines, data = analysis.document.lines, analysis.document.data
    statement = node.parent
    block = statement.parent if statement is not None else None
    if statement is None or block is None:
        return
    others = [child for child in block.named_children if child.type != "comment" and child != statement]
    if block.type == "block" and not others:
        yield Adjustment(node.start_byte, node.end_byte, (Change(node.start_byte, node.end_byte, ("pass",)),))
        return
    start = lines.starts[lines.line_of(node.start_byte)]
    last = lines.line_of(node.end_byte)
    end = lines.starts[last + 1] if last + 1 < len(lines) else len(data)
    if data[start : node.start_byte].strip() or data[node.end_byte : end].strip():
        return  # something else stands on the line
    # from word to word, so that what is moved to another indentation fits
    following = statement.next_sibling
    if any(first == end for first, _ in taken):
        # what follows goes with its whole lines
        yield Adjustment(start, end, (Change(start, end),))
    elif following is not None and following.start_byte >= end:
        begin = start + len(lines.indentation(start).encode())
        yield Adjustment(begin, following.start_byte, (Change(begin, following.start_byte),))
    else:
        previous = statement.prev_sibling
        begin = previous.end_byte if previous is not None else start
        if not data[begin : node.start_byte].strip():
            yield Adjustment(begin, node.end_byte, (Change(begin, node.end_byte),))
