"""Writes the steps of torch: the statements in place of a call for gradients, and of what happens to these."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Change, Name, Part
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.eager import scaling
from lsp_server.migrate.training.eager.detect import GradCall
from lsp_server.migrate.training.eager.events import Event, Family
from lsp_server.migrate.training.eager.leftovers import value_of
from lsp_server.migrate.training.eager.rates import Rates, stepped
from lsp_server.migrate.training.eager.reads import Detached, detached, is_read
from lsp_server.migrate.training.eager.unfold import Unfolded, called, moved
from lsp_server.migrate.training.layout import check_alone, comments_above, line_start
from lsp_server.migrate.training.variables import block_of, field, function_around, statements, text, walk

_UNIT = "    "


class Written(msgspec.Struct):
    """The changes of one family, and the statements that go away."""

    changes: list[Change]
    detached: list[Change]
    gone: list[Node]


def written(
    analysis: Analysis,
    family: Family,
    unfolds: dict[int, Unfolded | None],
    others: Sequence[Family],
    rates: Sequence[Rates],
) -> Written:
    """Raises `NotUnderstood` where the layout of the lines cannot be kept."""
    found = Written([], [], [])
    cleared = _cleared(family)
    scheduler = stepped(rates, family.optimizer)
    for call in family.calls:
        unfold = unfolds.get(call.statement.id)
        only = _is_disturbed(call, others)
        found.changes.append(_step(analysis, family, call, unfold, call.statement.id in cleared, only, scheduler))
        found.gone += [call.function.statement] if call.function.statement is not None else []
        found.gone += [unfold.definition] if unfold is not None else []
        found.detached += [
            Change(place.end_byte, place.end_byte, (".detach()",))
            for target in call.targets
            for place in _detached_places(call, target)
        ]
    own = {call.statement.id for call in family.calls}
    inside = scaling.guarded(family)
    guarded: dict[int, tuple[Part, ...]] = {}
    for event in family.events.values():
        check_alone(analysis, event.statement)
        if event.statement.id in own or event.kind == "guard":
            continue
        if event.kind in ("sum", "reducer", "finite"):
            found.gone.append(event.statement)
        elif event.statement.id in inside:
            guarded[event.statement.id] = _event(analysis, family, event, scheduler)
        else:
            written = _event(analysis, family, event, scheduler)
            found.changes.append(Change(event.statement.start_byte, event.statement.end_byte, written))
    found.changes += [scaling.without_guard(analysis, event, guarded) for event in family.of("guard")]
    found.changes += scaling.losses(family)
    return found


def _cleared(family: Family) -> set[int]:
    """The calls before which gradients are cleared: the first of each block, and after each update.

    Where gradients are set back elsewhere they are cleared there."""
    if family.of("reset"):
        return set()
    updates = {event.statement.id for event in family.of("update")}
    found: set[int] = set()
    for block in {block.id: block for call in family.calls if (block := block_of(call.statement)) is not None}.values():
        fresh = True
        own = {call.statement.id for call in family.calls}
        for statement in statements(block):
            if statement.id in own and (fresh or not _is_added(statement, family)):
                found.add(statement.id)
                fresh = False
            fresh = fresh or statement.id in updates
    return found


def _is_added(statement: Node, family: Family) -> bool:
    """Whether the gradients of a call are added to others."""
    name = next(call.gradients for call in family.calls if call.statement.id == statement.id)
    return any(name in {text(node) for node in walk(event.statement)} for event in family.of("sum"))


def _is_disturbed(call: GradCall, others: Sequence[Family]) -> bool:
    """Whether gradients of another optimizer wait while these are worked out: they must not be added to."""
    for other in others:
        if call in other.calls or other.holder.id != function_around(call.statement).id:
            continue
        if other.of("reset"):
            return True
        first, last = other.calls[0].statement, other.of("update")[-1].statement
        if first.start_byte < call.statement.start_byte < last.start_byte:
            return True
    return False


def _step(
    analysis: Analysis,
    family: Family,
    call: GradCall,
    unfold: Unfolded | None,
    clear: bool,
    only: bool,
    scheduler: str | None,
) -> Change:
    check_alone(analysis, call.statement)
    newline = analysis.document.newline
    start = line_start(analysis, call.statement)
    indentation = analysis.document.lines.indentation(start)
    parts: list[Part] = []
    for node in (unfold.definition if unfold is not None else None, call.function.statement):
        parts += [f"{indentation}{analysis.text(one)}{newline}" for one in (comments_above(node) if node else ())]
    if clear:
        for optimizer in family.optimizers:
            parts += [indentation, optimizer, f".zero_grad(){newline}"]
    if unfold is not None:
        parts += moved(analysis, unfold, indentation)
    lines, loss = _results(analysis, call, unfold)
    for line in lines:
        parts += [indentation, *line, newline]
    after = [text(target) for target in call.targets if detached(call, target) is Detached.AFTER]
    parts += [indentation, *loss, ".backward("]
    given: list[tuple[Part, ...]] = []
    if call.function.takes_sens and arguments(call.call):
        given.append((arguments(call.call)[-1],))
    if only:
        given.append(("inputs=", *_listed(analysis, family, call)))
    for index, one in enumerate(given):
        parts += [", " if index else "", *one]
    parts.append(")")
    if call.statement.id in family.events:
        parts += [f"{newline}{indentation}", family.optimizer, ".step()"]
        parts += [f"{newline}{indentation}{scheduler}.step()"] if scheduler is not None else []
    for name in after:
        parts += [f"{newline}{indentation}{name} = {name}.detach()"]
    # the first line's indentation stands already
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].removeprefix(indentation)
    return Change(call.statement.start_byte, call.statement.end_byte, tuple(parts))


def _results(analysis: Analysis, call: GradCall, unfold: Unfolded | None) -> tuple[list[list[Part]], list[Part]]:
    """The lines that name the results, and what is differentiated."""
    if not call.targets:
        return _unnamed(analysis, call, unfold)
    names = [text(one) for one in call.targets]
    if unfold is None:
        forward = called(analysis, call.function.forward, arguments(call.call), call.function.takes_sens)
        loss: Part = call.targets[0] if names[0] != "_" else "loss"
        left: list[Part] = []
        for index, target in enumerate(call.targets):
            left += [", " if index else "", loss if index == 0 else target]
        if call.function.has_aux and len(call.targets) == 1:
            left.append(",")
        return [[*left, " = ", *forward]], [loss]
    pairs = [
        (target, result)
        for target, result in zip(call.targets, unfold.results, strict=True)
        if text(target) != text(result) and not (text(target) == "_" and result.type == "identifier")
    ]
    first = unfold.results[0]
    unread = names[0] == "_" or (pairs and pairs[0][0] == call.targets[0] and not is_read(call, call.targets[0]))
    others = [one for one in pairs if one[0] != call.targets[0]]
    if {text(target) for target, _ in others} & {text(node) for node in walk(first)}:
        unread = False  # it has to be worked out before they are named
    bare = first.type in ("identifier", "parenthesized_expression") or (first.type == "call" and names[0] == "_")
    if unread and (bare or first.type in ("binary_operator", "unary_operator")):
        return _named(others), [first] if bare else ["(", first, ")"]
    is_named = names[0] != "_" or any(target == call.targets[0] for target, _ in pairs)
    return _named(pairs), [call.targets[0] if is_named else first]


def _named(pairs: list[tuple[Node, Node]]) -> list[list[Part]]:
    if len(pairs) < 2 or not any(
        text(target) in {text(node) for node in walk(result)} for target, _ in pairs for _, result in pairs
    ):
        return [[target, " = ", result] for target, result in pairs]
    # one may be made of what another one's name held before
    line: list[Part] = []
    for index, (target, _) in enumerate(pairs):
        line += [", " if index else "", target]
    line.append(" = ")
    for index, (_, result) in enumerate(pairs):
        line += [", " if index else "", result]
    return [line]


def _unnamed(analysis: Analysis, call: GradCall, unfold: Unfolded | None) -> tuple[list[list[Part]], list[Part]]:
    """Gradients without the loss: the loss is what an earlier statement has of the same call, or is worked out now."""
    if unfold is not None:
        first = unfold.results[0]
        bare = first.type in ("identifier", "call", "attribute", "parenthesized_expression")
        return [], [first] if bare else ["(", first, ")"]
    given = arguments(call.call)
    if call.function.takes_sens:
        given = given[:-1]
    earlier = _earlier(call, [text(one) for one in given])
    if earlier is not None:
        return [], [earlier]
    forward = called(analysis, call.function.forward, arguments(call.call), call.function.takes_sens)
    if call.function.has_aux:
        return [["loss, *_ = ", *forward]], ["loss"]
    return [["loss = ", *forward]], ["loss"]


def _earlier(call: GradCall, given: list[str]) -> Node | None:
    """``loss`` of ``loss = net(x, y)`` further up in the block."""
    block = block_of(call.statement)
    found: Node | None = None
    for statement in statements(block) if block is not None else ():
        if statement.start_byte >= call.statement.start_byte:
            break
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "assignment":
            continue
        left, right = field(inner, "left"), field(inner, "right")
        if left is None or left.type != "identifier" or right is None or right.type != "call":
            continue
        same = text(field(right, "function") or right) == text(call.function.forward)
        if same and [text(one) for one in arguments(right)] == given:
            found = left
    return found


def _detached_places(call: GradCall, target: Node) -> list[Node]:
    found = detached(call, target)
    return found if isinstance(found, list) else []


def parameters(analysis: Analysis, family: Family, call: GradCall) -> tuple[Part, ...]:
    """An expression of the weights that are trained, as torch writes it."""
    for node in (call.function.weights, _given_to(analysis, family.optimizer)):
        owner = _network(value_of(node)) if node is not None else None
        if owner is not None and _means_the_same(owner, call.statement):
            return (owner, ".parameters()")
    return ("[weight for group in ", family.optimizer, '.param_groups for weight in group["params"]]')


def _listed(analysis: Analysis, family: Family, call: GradCall) -> tuple[Part, ...]:
    found = parameters(analysis, family, call)
    return found if found[0] == "[weight for group in " else ("list(", *found, ")")


def _given_to(analysis: Analysis, optimizer: Node) -> Node | None:
    value = analysis.value(optimizer).value
    made = value.call if isinstance(value, Instance) else None
    given = arguments(made.node) if made is not None and made.analysis is analysis else []
    return given[0] if given else None


def _network(node: Node) -> Node | None:
    """``net`` of ``net.trainable_params()``, also inside of a ``ParameterTuple``."""
    function = field(node, "function") if node.type == "call" else None
    if function is not None and text(function).rpartition(".")[2] in ("ParameterTuple", "tuple", "list"):
        inner = arguments(node)
        return _network(inner[0]) if len(inner) == 1 else None
    owner = field(function, "object") if function is not None and function.type == "attribute" else None
    if function is None or owner is None or not re.fullmatch(r".*\.(trainable_params|get_parameters)", text(function)):
        return None
    return owner if owner.type in ("identifier", "attribute") else None


def _means_the_same(owner: Node, place: Node) -> bool:
    if text(owner).startswith("self."):
        return True
    holder = function_around(place)
    origin = function_around(owner)
    if holder.id == origin.id:
        return True
    inside = {text(node) for node in walk(holder) if node.type == "identifier"}
    names = {text(node) for node in walk(owner) if node.type == "identifier"}
    return origin.type == "module" and not names & inside


def _event(analysis: Analysis, family: Family, event: Event, scheduler: str | None) -> tuple[Part, ...]:
    optimizer = family.optimizer
    if event.kind == "reset":
        return (optimizer, ".zero_grad()")
    if event.kind == "unscale":
        return (event.value[0], ".unscale_(", optimizer, ")")
    if event.kind == "adjust":
        return (event.value[0], ".update()")
    if event.kind == "update":
        return _update(analysis, event, scheduler, family.scaler if family.of("guard") else None)
    weights = parameters(analysis, family, family.calls[0])
    if event.kind == "norm":
        return (Name("torch.nn.utils.clip_grad_norm_"), "(", *weights, ", max_norm=", event.value[0], ")")
    if event.kind == "value":
        low, high = event.value
        if _is_opposite(low, high):
            return (Name("torch.nn.utils.clip_grad_value_"), "(", *weights, ", clip_value=", high, ")")
        inner: tuple[Part, ...] = (".grad.clamp_(", low, ", ", high, ")")
    else:
        operator = "mul_" if event.operator == "*" else "div_"
        inner = (f".grad.{operator}(", event.value[0], ")")
    start = line_start(analysis, event.statement)
    indentation = analysis.document.lines.indentation(start)
    return ("for weight in ", *weights, f":{analysis.document.newline}{indentation}{_UNIT}weight", *inner)


def _update(analysis: Analysis, event: Event, scheduler: str | None, scaler: Node | None) -> tuple[Part, ...]:
    start = line_start(analysis, event.statement)
    gap = analysis.document.newline + analysis.document.lines.indentation(start)
    stepped = f"{gap}{scheduler}.step()" if scheduler else ""
    step: tuple[Part, ...] = (event.value[0], f".step(){stepped}")
    if scaler is not None:
        step = (scaler, ".step(", event.value[0], f"){stepped}")
    if event.result is None:
        return step
    if event.statement.type == "return_statement":
        return (*step, f"{gap}return ", event.result)
    assignment = event.statement.named_children[0]
    left = field(assignment, "left")
    if left is None:
        raise NotUnderstood(event.statement, messages.GRADIENTS_READ)
    return step if text(left) == text(event.result) else (*step, gap, left, " = ", event.result)


def _is_opposite(low: Node, high: Node) -> bool:
    return text(low).replace(" ", "") in (f"-{text(high)}", f"-({text(high)})")
