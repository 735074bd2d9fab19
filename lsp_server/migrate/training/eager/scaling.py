"""Losses that are scaled by hand on their way to ``torch.amp.GradScaler``.

``grads = scaler.unscale(grads)`` is ``scaler.unscale_(optimizer)``; the test whether gradients are finite, and the
block that it guards, are ``scaler.step(optimizer)``; ``scaler.adjust(finite)`` is ``scaler.update()``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Change, Part
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.eager.events import Event, Family
from lsp_server.migrate.training.variables import block_of, field, is_label, statements, text, walk

_WORDS = re.compile(r"\ball_finite\(|\.unscale\(|\.adjust\(")
_STATIC = "mindspore.amp.StaticLossScaler"


def scaling_event(analysis: Analysis, statement: Node, place: Node) -> tuple[Event, set[str]] | None:
    """What a statement that names gradients does for the scaling of the loss. Raises `NotUnderstood` if it is
    something else that has to do with it."""
    if _WORDS.search(text(statement).partition(":\n")[0]) is None:
        return None
    condition = field(statement, "condition") if statement.type == "if_statement" else None
    if condition is not None and _is_test(condition, place):
        return Event("guard", statement, (condition,)), set()
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    left = field(inner, "left") if inner is not None and inner.type == "assignment" else None
    right = field(inner, "right") if inner is not None and left is not None else inner
    if left is not None and right is not None and left.type in ("identifier", "attribute"):
        scaler = _receiver(right, "unscale")
        if scaler is not None and _only(right, place):
            return Event("unscale", statement, (scaler,)), {text(left)}
        if _is_test(right, place) and left.type == "identifier":
            return Event("finite", statement, (left,)), set()
    if left is None and right is not None and (scaler := _receiver(right, "adjust")) is not None:
        given = arguments(right)
        if len(given) == 1 and _is_test(given[0], place):
            return Event("adjust", statement, (scaler,)), set()
    raise NotUnderstood(place, messages.LOSS_SCALER)


def _is_test(node: Node, gradients: Node) -> bool:
    function = field(node, "function") if node.type == "call" else None
    return function is not None and text(function).rpartition(".")[2] == "all_finite" and _only(node, gradients)


def _only(call: Node, gradients: Node) -> bool:
    given = arguments(call)
    return len(given) == 1 and text(given[0]) == text(gradients)


def _receiver(call: Node, method: str) -> Node | None:
    function = field(call, "function") if call.type == "call" else None
    if function is None or function.type != "attribute" or text(function).rpartition(".")[2] != method:
        return None
    owner = field(function, "object")
    return owner if owner is not None and owner.type in ("identifier", "attribute") else None


def followed(analysis: Analysis, family: Family) -> None:
    """Adds what is done with the answer whether gradients are finite. Raises `NotUnderstood`."""
    for event in family.of("finite"):
        name = event.value[0]
        for node in walk(family.holder):
            if node.type != "identifier" or text(node) != text(name) or node == name or is_label(node):
                continue
            found = _reading(node)
            if found is None:
                raise NotUnderstood(node, messages.LOSS_SCALER)
            family.events[found.statement.id] = found


def _reading(node: Node) -> Event | None:
    parent = node.parent
    if parent is not None and parent.type == "if_statement" and field(parent, "condition") == node:
        return Event("guard", parent, (node,))
    call = parent.parent if parent is not None and parent.type == "argument_list" else None
    scaler = _receiver(call, "adjust") if call is not None else None
    statement = call.parent if call is not None else None
    if call is None or scaler is None or statement is None or statement.type != "expression_statement":
        return None
    return Event("adjust", statement, (scaler,))


def check(analysis: Analysis, family: Family) -> None:
    """Raises `NotUnderstood` where torch's scaler would do something else."""
    guards, adjusted = family.of("guard"), family.of("adjust")
    scaler = family.scaler
    if scaler is None and not (guards or adjusted or family.of("finite")):
        return
    if scaler is None or len(family.optimizers) != 1 or len(family.calls) != 1:
        raise NotUnderstood(family.calls[0].call, messages.LOSS_SCALER)
    if any(text(event.value[0]) != text(scaler) for event in (*family.of("unscale"), *adjusted)):
        raise NotUnderstood(scaler, messages.LOSS_SCALER)
    guarded = [statement for guard in guards for statement in _guarded(guard)]
    if any(statement.id not in family.events for statement in guarded):
        raise NotUnderstood(guards[0].value[0], messages.LOSS_SCALER)
    inside = {statement.id for statement in guarded}
    updates = {event.statement.id for event in family.of("update")}
    value = analysis.value(scaler).value
    is_static = isinstance(value, Instance) and value.cls == _STATIC
    needs_all = not is_static or bool(guards)
    if needs_all and (len(updates) != 1 or not updates <= inside or not (adjusted or is_static)):
        raise NotUnderstood(family.of("update")[0].statement, messages.LOSS_SCALER)


def _guarded(guard: Event) -> list[Node]:
    """The statements of a guard. Raises `NotUnderstood` if it has an ``else``."""
    body = field(guard.statement, "consequence")
    if body is None or field(guard.statement, "alternative") is not None:
        raise NotUnderstood(guard.statement, messages.LOSS_SCALER)
    return statements(body)


def guarded(family: Family) -> set[int]:
    """The statements that are written where their guards stand."""
    return {statement.id for guard in family.of("guard") for statement in _guarded(guard)}


def without_guard(analysis: Analysis, guard: Event, written: dict[int, tuple[Part, ...]]) -> Change:
    """The statements of a guard, which the scaler's ``step`` makes needless, with their comments."""
    lines = analysis.document.lines
    start, end = guard.statement.start_byte, guard.statement.end_byte
    gap = analysis.document.newline + lines.indentation(lines.starts[lines.line_of(start)])
    body = field(guard.statement, "consequence")
    parts: list[Part] = []
    row = -1
    above = [one for one in guard.statement.named_children if one.type == "comment"]
    for node in (*above, *(body.named_children if body is not None else ())):
        made = (analysis.text(node),) if node.type == "comment" else written[node.id]
        is_behind = node.type == "comment" and node.start_point[0] == row
        parts += [*(["  " if is_behind else gap] if parts else []), *made]
        row = node.end_point[0]
    return Change(start, end, tuple(parts))


def losses(family: Family) -> Iterator[Change]:
    """``loss = scaler.unscale(loss)`` of a loss that the step has given: it is divided by the scale."""
    for call, owner in _of_losses(family):
        parent = call.parent
        is_whole = parent is not None and parent.type in ("assignment", "expression_statement", "return_statement")
        opening, closing = ("", "") if is_whole or (parent and parent.type == "argument_list") else ("(", ")")
        divided: tuple[Part, ...] = (opening, arguments(call)[0], " / ", owner, f".get_scale(){closing}")
        yield Change(call.start_byte, call.end_byte, divided)


def _of_losses(family: Family) -> Iterator[tuple[Node, Node]]:
    scaler = family.scaler
    block = block_of(family.calls[0].statement)
    given = {text(one) for one in family.calls[0].targets}
    for node in walk(block) if scaler is not None and block is not None else ():
        owner = _receiver(node, "unscale")
        if scaler is None or owner is None or text(owner) != text(scaler):
            continue
        values = arguments(node)
        if len(values) == 1 and text(values[0]) in given:
            yield node, owner


def done(families: list[Family]) -> Iterator[tuple[int, str]]:
    """The calls of scalers that are said otherwise: their start and the name of the method."""
    for family in families:
        for kind in ("unscale", "adjust"):
            for event in family.of(kind):
                yield event.value[0].start_byte, kind
        for _, owner in _of_losses(family):
            yield owner.start_byte, "unscale"
