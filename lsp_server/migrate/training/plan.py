"""Which statements of a step go into its forward function, what it is given, and what it gives back."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.messages import training as messages
from lsp_server.migrate.training.detect import NotUnderstood, Step
from lsp_server.migrate.training.liveness import is_read_later
from lsp_server.migrate.training.precision import Autocast, autocast_of
from lsp_server.migrate.training.precision import check as check_precision
from lsp_server.migrate.training.taint import touches, weights_in
from lsp_server.migrate.training.variables import (
    LOOPS,
    PARTS,
    binds,
    block_of,
    bound_in,
    certainly_binds,
    changes,
    field,
    is_bound_before,
    is_label,
    loops_around,
    reads,
    reads_first,
    root_of,
    statements,
    text,
    walk,
)

_LEAVING = ("return_statement", "break_statement", "continue_statement", "yield", "await", "delete_statement")


class Slice(msgspec.Struct, frozen=True):
    """The statements that work out a loss from the network, and what they need."""

    step: Step
    moved: tuple[Node, ...]
    given: tuple[str, ...]
    dropped: Node | None = None
    """A statement that the function's result says: ``loss = loss / k``."""


class Rewrite(msgspec.Struct, frozen=True):
    """A step whose forward function is settled."""

    step: Step
    moved: tuple[Node, ...]
    given: tuple[str, ...]
    loss: str
    """The name that gets the loss; empty: the loss is an expression that nothing else names."""
    outputs: tuple[str, ...]
    call_at: Node
    """The statement before which the gradients are worked out, or the backward pass itself."""
    place: Node
    """The statement before which the forward function is defined."""
    dropped: Node | None = None
    lowered: Autocast | None = None
    """The block under autocast that is all of the function."""


def slice_of(analysis: Analysis, step: Step, idle: frozenset[int] = frozenset()) -> Slice:
    """``idle``: statements that go, or that another step works out. Raises `NotUnderstood`."""
    own = statements(step.block)
    before = own[: next(index for index, one in enumerate(own) if one.id == step.backward.id)]
    skipped = {one.id for one in (*step.zeros, step.step)} | idle
    before = [one for one in before if one.id not in skipped and not _is_update(one)]
    tainted = weights_in(analysis, step, before)
    needed = _read_by(step)
    moved: list[Node] = []
    for statement in reversed(before):
        bound = binds(statement)
        changed = changes(statement) & bound_in(before)
        if statement.id in tainted and needed & (bound | changed):
            needed = {name for name in needed if not certainly_binds(statement, name)} | reads(statement)
            moved.insert(0, statement)
    if not moved and not touches(analysis, step.loss, set(), set()):
        raise NotUnderstood(step.backward, messages.NO_FORWARD)
    moved = _with_containers(before, moved)
    for statement in moved:
        _check(statement)
        check_precision(analysis, statement)
    scaled = _scaled(step, before, moved)
    if scaled is not None:
        step = msgspec.structs.replace(step, loss=scaled)
        return Slice(step, tuple(moved[:-1]), tuple(_given(step, moved[:-1])), moved[-1])
    return Slice(step, tuple(moved), tuple(_given(step, moved)))


def run_through(slices: list[Slice], backward: Node) -> frozenset[int]:
    """The statements whose results have no graph any more when a later backward pass begins: an earlier one has gone
    through them and its optimizer has changed the weights. What they gave is passed on, and not worked out again."""
    found: set[int] = set()
    for one in slices:
        step = one.step
        keeps = any("retain_graph" in text(child) for child in walk(step.backward) if child.type == "keyword_argument")
        if step.block != block_of(backward) or step.step.start_byte > backward.start_byte or keeps:
            continue
        needed = _recorded(step.loss)
        for statement in reversed(one.moved):
            if binds(statement) & needed:
                found.add(statement.id)
                needed |= _recorded(statement)
    return frozenset(found)


def _recorded(node: Node) -> set[str]:
    """The names that are read below a node, but for those of which only a detached value is."""
    function = field(node, "function") if node.type == "call" else None
    if function is not None and text(function).endswith((".detach", ".item", ".numpy", ".tolist")):
        return set()
    if node.type == "identifier":
        return set() if is_label(node) else {text(node)}
    return {name for child in node.named_children for name in _recorded(child)}


def _read_by(step: Step) -> set[str]:
    return reads(step.loss) | (reads(step.gradient) if step.gradient is not None else set[str]())


def _scaled(step: Step, before: list[Node], moved: list[Node]) -> Node | None:
    """The right side of ``loss = loss / k``, where the loss was read in between: it is what is differentiated."""
    last = moved[-1] if moved else None
    if last is None or last.type != "expression_statement" or last.named_children[0].type != "assignment":
        return None
    assignment = last.named_children[0]
    name, value = field(assignment, "left"), field(assignment, "right")
    if name is None or value is None or text(name) != text(step.loss) or text(name) not in reads(value):
        return None
    ids = {one.id for one in moved}
    first = next(one for one in moved if text(name) in binds(one))
    between = [one for one in before if first.start_byte < one.start_byte < last.start_byte and one.id not in ids]
    if not any(text(name) in reads(one) for one in between):
        return None
    index = next(at for at, one in enumerate(statements(step.block)) if one.id == step.backward.id) + 1
    later = {step.backward.id: frozenset[str](), last.id: frozenset[str]()}
    return None if is_read_later(text(name), step.block, index, later) else value


def _is_update(statement: Node) -> bool:
    call = statement.named_children[0] if statement.type == "expression_statement" else None
    function = field(call, "function") if call is not None and call.type == "call" else None
    name = field(function, "attribute") if function is not None and function.type == "attribute" else None
    return name is not None and text(name) in ("backward", "step", "zero_grad")


def _with_containers(before: list[Node], moved: list[Node]) -> list[Node]:
    """What moved statements change or bind again belongs to them: ``found = []`` before ``found.append(net(x))``."""
    while True:
        ids = {one.id for one in moved}
        last = {name: one for one in moved for name in binds(one) | changes(one)}
        more = [
            one
            for one in before
            if one.id not in ids
            and any(
                name in last and one.start_byte < last[name].start_byte and _needs(before, moved, one, name)
                for name in binds(one)
            )
        ]
        if not more:
            return moved
        moved = sorted([*moved, *more], key=lambda one: one.start_byte)


def _needs(before: list[Node], moved: list[Node], statement: Node, name: str) -> bool:
    """Whether a later moved statement changes what this statement put into the name."""
    for one in moved:
        if one.start_byte > statement.start_byte and name in binds(one) | changes(one):
            return not certainly_binds(one, name) and name in reads(one)
    return False


def _check(statement: Node) -> None:
    for node in walk(statement):
        if node.type in _LEAVING and not (
            node.type in ("break_statement", "continue_statement")
            and loops_around(node)[:1]
            and _inside(node, statement)
        ):
            raise NotUnderstood(node, messages.LEAVES)


def _inside(node: Node, statement: Node) -> bool:
    return any(statement.start_byte <= loop.start_byte for loop in loops_around(node)[:1])


def _given(step: Step, moved: list[Node]) -> list[str]:
    """The names to pass: read before they are bound, and not the same all through the loop that the function is
    defined before."""
    around = _outermost(step)
    local = binds(around) if around is not None else set[str]()
    inner = {name for one in moved for name in binds(one)}
    found: dict[str, None] = {}
    bound: set[str] = set()
    for piece in (*moved, step.loss, *([step.gradient] if step.gradient is not None else [])):
        for name in _in_order(piece):
            if name not in bound and name in local | inner and name not in found and name in reads(piece):
                if name in inner and not reads_first(piece, name):
                    continue
                found[name] = None
        bound |= {
            name
            for name in binds(piece)
            if certainly_binds(piece, name)
            or not (reads_first(piece, name) or (_may_skip(piece, name) and is_bound_before(piece, name, moved)))
        }
    return list(found)


def _may_skip(statement: Node, name: str) -> bool:
    """Whether a branch leaves a name as it was."""
    if statement.type != "if_statement":
        return False
    parts = [one for one in statement.named_children if one.type in PARTS]
    blocks = [one if one.type == "block" else field(one, "consequence") or field(one, "body") for one in parts]
    return parts[-1].type != "else_clause" or not all(
        block is not None
        and any(name in binds(one) and not _may_skip(one, name) and one.type not in LOOPS for one in statements(block))
        for block in blocks
    )


def _in_order(node: Node) -> list[str]:
    return [text(one) for one in walk(node) if one.type == "identifier"]


def rewrites(analysis: Analysis, slices: list[Slice]) -> tuple[list[Rewrite], list[NotUnderstood]]:
    moved: dict[int, frozenset[str]] = {}
    for one in slices:
        for statement in one.moved:
            moved[statement.id] = frozenset()
        if one.dropped is not None:
            moved[one.dropped.id] = frozenset()
        moved[one.step.backward.id] = frozenset(one.given)
    found: list[Rewrite] = []
    refused: list[NotUnderstood] = []
    owned: set[int] = set()
    for one in slices:
        try:
            found.append(_rewrite(analysis, one, moved, frozenset(owned)))
            owned |= {statement.id for statement in one.moved}
        except NotUnderstood as reason:
            refused.append(reason)
    return found, refused


def _rewrite(analysis: Analysis, one: Slice, moved: dict[int, frozenset[str]], others: frozenset[int]) -> Rewrite:
    """``others``: the statements of earlier steps. What is worked out again here is given back there."""
    step = one.step
    own = statements(step.block)
    ids = {statement.id for statement in one.moved}
    bound = {name for statement in one.moved for name in binds(statement)}
    first = one.moved[0].start_byte if one.moved else step.backward.start_byte
    call_at = step.backward
    for statement in own:
        between = first < statement.start_byte < step.backward.start_byte
        if not between or statement.id in moved or _is_update(statement):
            continue
        if any(_last_bound(name, own, statement) in ids - others for name in bound & reads(statement)):
            call_at = statement
            break
        if _replaced(one, statement):
            call_at = statement
            break
    for statement in own:
        if statement.id in ids or statement.start_byte < first or statement.start_byte >= step.backward.start_byte:
            continue
        if statement.id in moved:
            continue
        if statement.start_byte >= call_at.start_byte:
            # the function has run: what it was given may become something else, but not what it has worked out
            late = binds(statement) & (bound | _read_by(step))
        else:
            late = (binds(statement) | changes(statement)) & bound
        if late:
            raise NotUnderstood(statement, messages.ORDER, name=sorted(late)[0])
    if any(statement.start_byte > call_at.start_byte for statement in one.moved):
        between = (bound & reads(call_at)) or _replaced(one, call_at)
        raise NotUnderstood(call_at, messages.ORDER, name=sorted(between)[0])
    _check_outside(analysis, one)
    bare = step.loss.type == "identifier" and step.gradient is None and step.scaler is None
    loss = text(step.loss) if bare else ""
    after = next(index for index, statement in enumerate(own) if statement.id == call_at.id)
    outputs = [
        name
        for name in dict.fromkeys(name for statement in one.moved for name in _in_order(statement) if name in bound)
        if _last_bound(name, own, step.backward) not in others
        and name != loss
        and is_read_later(name, step.block, after + (1 if call_at == step.backward else 0), moved)
    ]
    place, lowered = _place(step, one), _lowered(analysis, one)
    return Rewrite(step, one.moved, one.given, loss, tuple(outputs), call_at, place, one.dropped, lowered)


def _replaced(one: Slice, statement: Node) -> set[str]:
    """What the function is given and a statement puts something else into, after a moved one has read it: the next
    batch."""
    earlier = [moved for moved in one.moved if moved.start_byte < statement.start_byte]
    renewed = (binds(statement) | changes(statement)) & set(one.given)
    return {name for name in renewed if any(name in reads(moved) for moved in earlier)}


def _lowered(analysis: Analysis, one: Slice) -> Autocast | None:
    """The block under autocast if the function is nothing but this block, and a loss that is worked out in it."""
    found = (
        autocast_of(analysis, one.moved[0]) if len(one.moved) == 1 and one.moved[0].type == "with_statement" else None
    )
    if found is None or one.step.loss.type != "identifier":
        return None
    loops = loops_around(one.step.block)
    head = {name for child in found.node.named_children if child != found.body for name in reads(child)}
    return None if loops and head & binds(loops[-1]) else found


def _last_bound(name: str, own: list[Node], before: Node) -> int:
    """The statement that binds a name last before another one; 0 if none does."""
    found = [one.id for one in own if one.start_byte < before.start_byte and name in binds(one)]
    return found[-1] if found else 0


def _check_outside(analysis: Analysis, one: Slice) -> None:
    """What is passed in must not come out of the network in a block around this one."""
    loops = loops_around(one.step.block)
    for node in walk(loops[-1]) if loops else ():
        around = block_of(node)
        if around is None or around == one.step.block or node.type not in ("expression_statement", "with_statement"):
            continue
        if not around.start_byte <= one.step.block.start_byte < around.end_byte:
            continue
        names = sorted(binds(node) & set(one.given))
        earlier = node.start_byte < one.step.block.start_byte and node.type == "expression_statement"
        if names and earlier and touches(analysis, node, set(), binds(loops[-1])):
            raise NotUnderstood(node, messages.OUTSIDE, name=names[0])


def _place(step: Step, one: Slice) -> Node:
    """Before the outermost loop in which the optimizer is not made; without a loop, where the step begins."""
    first = one.moved[0] if one.moved else step.backward
    found = _outermost(step)
    if found is None:
        return first
    while block_of(found) is None and found.parent is not None:
        found = found.parent
    return found


def _outermost(step: Step) -> Node | None:
    """The outermost loop around a step in which the optimizer is not made."""
    root = root_of(step.optimizer) or step.optimizer
    found: Node | None = None
    for loop in loops_around(step.block):
        if text(root) in binds(loop):
            break
        found = loop
    return found
