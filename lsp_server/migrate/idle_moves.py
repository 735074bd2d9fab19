"""``x = x.to(device)``, ``net.cuda()``, ``net = nn.DataParallel(net)``, ``net = torch.compile(net)``: with the move or
the wrapper gone nothing is left of the statement, so it goes as a whole, and so does an ``if`` around nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate import backend_flags
from lsp_server.migrate.plan import Adjustment, Change, Moved, Plan
from lsp_server.syntax.patterns import Pattern

_PLAIN = ("identifier", "attribute", "not_operator", "boolean_operator", "comparison_operator", "integer", "string",
    "string_start", "string_content", "string_end", "true", "false", "none", "parenthesized_expression")  # fmt: skip
_UNWRAPPED = ("{module}", "{model}")
"""What is left of calls that wrap a network: ``DataParallel``, ``torch.compile``."""
_STATEMENTS = Pattern("(expression_statement . [(assignment) (call)] @statement .)")


def adjustments(analysis: Analysis, plans: Sequence[Plan], rewritten: Sequence[Adjustment]) -> Iterator[Adjustment]:
    """The statements of a file that would only assign names to themselves, or only name something."""
    moves = {plan.end: plan for plan in plans if _is_move(plan)}
    flags = backend_flags.idle(analysis)
    if not moves and not flags:
        return
    taken = [range for one in rewritten for change in one.changes for range in _taken(change)]
    idle: list[Node] = []
    for node in _STATEMENTS.captures(analysis.document.root, "statement"):
        if node.parent is None or any(start < node.end_byte and node.start_byte < end for start, end in taken):
            continue
        if not _is_alone(analysis, node.parent) and not _is_first_of(node.parent, {node.parent.id}):
            continue
        if _names_only(node, moves) if node.type == "call" else _assigns_itself(analysis, node, moves):
            idle.append(node.parent)
    idle += [
        one
        for one in flags
        if not any(start < one.end_byte and one.start_byte < end for start, end in taken)
        and (_is_alone(analysis, one) or _is_first_of(one, {one.id}))
    ]
    idle = [*_with_conditions(idle)]
    going = {statement.id for statement in idle}
    for run in _runs(idle, going):
        if _is_first_of(run[0], going):
            yield Adjustment(
                run[0].start_byte, run[0].end_byte, (Change(run[0].start_byte, run[0].end_byte, ("pass",)),)
            )
        else:
            yield from _without(analysis, run[0], run[-1], taken)


def _taken(change: Change) -> Iterator[tuple[int, int]]:
    """What a rewritten step writes anew: all of its place but blocks that only get another indentation."""
    start = change.start
    for part in change.parts:
        if isinstance(part, Moved) and part.node.type == "block":
            yield start, part.node.start_byte
            start = part.node.end_byte
    if start < change.end:
        yield start, change.end


def _with_conditions(idle: list[Node]) -> Iterator[Node]:
    """The statements, and in the place of all of a block the ``if`` that guards it, where only it is left."""
    going = {statement.id for statement in idle}
    guards: dict[int, Node] = {}
    for statement in idle:
        block = statement.parent
        guard = block.parent if block is not None and block.type == "block" else None
        if block is None or guard is None or guard.type != "if_statement":
            continue
        condition = guard.child_by_field_name("condition")
        others = [one for one in guard.named_children if one not in (condition, block)]
        if condition is None or others or not _is_plain(condition) or guard.parent is None:
            continue
        if all(child.id in going for child in block.named_children):
            guards[block.id] = guard
    yield from guards.values()
    yield from (one for one in idle if one.parent is None or one.parent.id not in guards)


def _is_plain(condition: Node) -> bool:
    """Whether nothing happens when a condition is worked out."""
    if condition.type == "call":
        function = condition.child_by_field_name("function")
        name = (function.text or b"") if function is not None else b""
        return name.endswith((b".is_available", b".device_count", b"isinstance", b"hasattr"))
    return condition.type in _PLAIN and all(map(_is_plain, condition.named_children))


def _names_only(call: Node, moves: dict[int, Plan]) -> bool:
    """Whether nothing but a name is left of a call."""
    plan = moves.get(call.end_byte)
    if plan is not None and plan.counterpart.template in _UNWRAPPED:
        return False
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
    """Whether a plan takes a call off its receiver, or off what it wraps, and puts nothing in its place."""
    if plan.counterpart.template in _UNWRAPPED:
        return _left(plan) is not None
    if not plan.use.symbol.endswith((".to", ".cuda", ".cpu")) or len(plan.changes) != 1:
        return False
    return plan.changes[0].parts in ((), (plan.use.owner,))


def _left(plan: Plan) -> Node | None:
    """What stays of a call."""
    if plan.counterpart.template not in _UNWRAPPED:
        return plan.use.owner
    parts = plan.changes[0].parts if len(plan.changes) == 1 else ()
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Node) else None


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
    owner = _left(plan) if plan is not None else None
    return owner is not None and analysis.text(owner) == analysis.text(target)


def _is_alone(analysis: Analysis, statement: Node) -> bool:
    """Whether nothing else stands on its lines."""
    start, end = _lines(analysis, statement, statement)
    data = analysis.document.data
    return not data[start : statement.start_byte].strip() and not data[statement.end_byte : end].strip()


def _is_first_of(statement: Node, going: Collection[int]) -> bool:
    """Whether it begins a block of which nothing would be left."""
    block = statement.parent
    if block is None or block.type != "block":
        return False
    others = [child for child in block.named_children if child.type != "comment"]
    return others[0] == statement and all(child.id in going for child in others)


def _runs(idle: Sequence[Node], going: Collection[int]) -> Iterator[list[Node]]:
    """Neighbours go together. What becomes a ``pass`` is alone."""
    run: list[Node] = []
    for statement in sorted(idle, key=lambda one: one.start_byte):
        if run and (run[-1].next_sibling != statement or _is_first_of(run[-1], going)):
            yield run
            run = []
        run.append(statement)
    if run:
        yield run


def _lines(analysis: Analysis, first: Node, last: Node) -> tuple[int, int]:
    lines = analysis.document.lines
    after = lines.line_of(last.end_byte) + 1
    end = lines.starts[after] if after < len(lines) else len(analysis.document.data)
    return lines.starts[lines.line_of(first.start_byte)], end


def _without(analysis: Analysis, first: Node, last: Node, taken: Sequence[tuple[int, int]]) -> Iterator[Adjustment]:
    """Takes neighbouring statements out, from word to word: what is moved to another indentation fits."""
    lines, data = analysis.document.lines, analysis.document.data
    start, end = _lines(analysis, first, last)
    following = last.next_sibling
    if any(begin == end for begin, _ in taken):
        # what follows goes with its whole lines
        yield Adjustment(start, end, (Change(start, end),))
    elif following is not None and following.start_byte >= end:
        begin = start + len(lines.indentation(start).encode())
        yield Adjustment(begin, following.start_byte, (Change(begin, following.start_byte),))
    else:
        previous = first.prev_sibling
        begin = previous.end_byte if previous is not None else start
        if not data[begin : first.start_byte].strip():
            yield Adjustment(begin, last.end_byte, (Change(begin, last.end_byte),))
