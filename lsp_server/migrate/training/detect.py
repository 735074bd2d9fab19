"""Finds training steps: ``loss.backward()`` and the ``optimizer.step()`` that belongs to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.messages import Message
from lsp_server.messages import training as messages
from lsp_server.migrate.training.variables import LOOPS, block_of, field, function_around, statements, text, walk
from lsp_server.syntax.patterns import Pattern

_METHODS = Pattern("(call function: (attribute attribute: (identifier) @name)) @call")
_CLASSES = Pattern("(class_definition superclasses: (argument_list)) @class")
_CLIPS = ("clip_grad_norm_", "clip_grad_value_")
NOTHING: Mapping[int, NotUnderstood | None] = MappingProxyType({})


class NotUnderstood(Exception):
    """Raised for a step that stays as it is."""

    def __init__(self, place: Node, message: Message, **values: str) -> None:
        super().__init__(message.text("en", **values))
        self.place = place
        self.message = message
        self.values = values


class Step(msgspec.Struct, frozen=True):
    """One backward pass and the update that follows. All nodes but ``loss`` are statements."""

    block: Node
    backward: Node
    loss: Node
    optimizer: Node
    step: Node
    zeros: tuple[Node, ...]
    clips: tuple[Node, ...]
    every: Node | None
    """The ``if`` that holds the update, or the loop before it: gradients of several backward passes are summed up."""
    gradient: Node | None = None
    """What the result is multiplied by: ``loss.backward(gradient)``."""
    last: bool = True
    """Whether no other backward pass comes before the update."""
    scaler: Node | None = None
    """What scales the loss before its backward pass; ``step`` is its call then."""
    unscale: Node | None = None
    adjust: Node | None = None
    """The statements that take the scale off the gradients and set the next scale."""
    second: Node | None = None
    second_step: Node | None = None
    """Another optimizer that takes its share of the same gradients, and its update."""


class Method(msgspec.Struct, frozen=True):
    """A statement that is nothing but a call of a method."""

    receiver: Node
    name: str
    call: Node
    statement: Node


def methods(
    analysis: Analysis, wanted: tuple[str, ...], start: int | None = None, end: int | None = None
) -> list[Method]:
    """The statements that call a method of these names, in the order of the file; with a range, those that touch it,
    for which the rest of the file is not looked at."""
    found: list[Method] = []
    for call in _METHODS.captures(analysis.document.root, "call", start, end):
        method = _method(call)
        if method is not None and method.name in wanted:
            found.append(method)
    return sorted(found, key=lambda one: one.call.start_byte)


def _method(call: Node) -> Method | None:
    function = field(call, "function")
    if function is None or function.type != "attribute":
        return None
    receiver, name = field(function, "object"), field(function, "attribute")
    statement = call.parent
    if receiver is None or name is None or statement is None or statement.type != "expression_statement":
        return None
    return Method(receiver, text(name), call, statement)


def arguments(call: Node) -> list[Node]:
    given = field(call, "arguments")
    return [child for child in given.named_children if child.type != "comment"] if given is not None else []


def backwards(analysis: Analysis) -> list[Method]:
    return methods(analysis, ("backward",))


def lightning_modules(analysis: Analysis) -> list[NotUnderstood]:
    """The classes whose training steps are written by a trainer that is not in the file."""
    if b"LightningModule" not in analysis.document.data:
        return []
    found: list[NotUnderstood] = []
    for node in _CLASSES.captures(analysis.document.root, "class"):
        bases, name = field(node, "superclasses"), field(node, "name")
        if bases is None or name is None:
            continue
        if any(text(base).rpartition(".")[2] == "LightningModule" for base in bases.named_children):
            found.append(NotUnderstood(name, messages.LIGHTNING, name=text(name)))
    return found


def step_of(
    analysis: Analysis, backward: Method, zeros: list[Method], inner: Mapping[int, NotUnderstood | None] = NOTHING
) -> Step:
    """``inner``: the calls of ``torch.autograd.grad`` by their start, those that stay with their reason. Raises
    `NotUnderstood`."""
    gradient = _gradient(backward)
    scaler, loss = _scaled(analysis, backward)
    block = block_of(backward.statement)
    if block is None:
        raise NotUnderstood(backward.call, messages.NO_STEP)
    optimizers = {text(one.receiver) for one in zeros}
    own = statements(block)
    at = next(index for index, one in enumerate(own) if one.id == backward.statement.id)
    clips: list[Node] = []
    scaling: dict[str, Node] = {}
    more = False
    updates: list[tuple[Method, Node | None]] = []
    for statement, every in _afterwards(block, own[at + 1 :]):
        call = statement.named_children[0] if statement.named_children else statement
        method = _method(call) if call.type == "call" else None
        if method is not None and method.name == "backward":
            if updates:
                break
            more = True
        if method is not None and method.name == "step":
            stepped = [one for one in arguments(call) if _is_optimizer(analysis, one, optimizers)]
            if stepped:
                if scaler is None or text(method.receiver) != text(scaler) or len(arguments(call)) > 1:
                    raise NotUnderstood(method.call, messages.SCALER)
                updates.append((Method(stepped[0], "step", method.call, method.statement), every))
            elif _is_optimizer(analysis, method.receiver, optimizers):
                if scaler is not None:
                    raise NotUnderstood(method.call, messages.SCALER)
                if arguments(call):
                    raise NotUnderstood(method.call, messages.CLOSURE)
                updates.append((method, every))
        elif method is not None and method.name in ("unscale_", "update") and is_scaler(analysis, method.receiver):
            _check_scaling(method, scaler, scaling, bool(updates), updates[0][1] if updates else every, every)
            scaling[method.name] = method.statement
        elif not updates and _clip_name(statement):
            called = field(call, "function") if call.type == "call" else None
            is_clip = called is not None and text(called).rpartition(".")[2] in _CLIPS
            if not is_clip and not _gives_norm(call):
                raise NotUnderstood(statement, messages.CLIP_RESULT)
            clips.append(statement)
    if not updates:
        raise NotUnderstood(backward.call, messages.NO_STEP)
    update, every = updates[0]
    second = _second(updates, clips, more) if len(updates) > 1 else None
    if more and scaler is not None:
        raise NotUnderstood(update.call, messages.SCALER)
    if more and every is not None:
        raise NotUnderstood(update.call, messages.SEVERAL_BACKWARD)
    name = text(update.receiver)
    holder = function_around(backward.statement)
    # a model's zero_grad clears all that it has: it goes with every optimizer of the function
    cleared = [one for one in zeros if text(one.receiver) == name or not _any_step(analysis, one)]
    cleared = [one for one in cleared if function_around(one.statement).id == holder.id]
    _check_zeros(backward, update, every, cleared)
    if second is not None:
        also = [one for one in zeros if text(one.receiver) == text(second.receiver)]
        also = [one for one in also if function_around(one.statement).id == holder.id]
        _check_zeros(backward, second, every, also)
        cleared += also
    _check_gradients(block, inner)
    return Step(
        block,
        backward.statement,
        loss,
        update.receiver,
        update.statement,
        tuple(one.statement for one in cleared),
        tuple(clips),
        every,
        gradient,
        not more,
        scaler,
        scaling.get("unscale_"),
        scaling.get("update"),
        second.receiver if second is not None else None,
        second.statement if second is not None else None,
    )


def _second(updates: list[tuple[Method, Node | None]], clips: list[Node], more: bool) -> Method:
    """Another optimizer that takes its share of the same gradients. Raises `NotUnderstood` where that is not plain."""
    first, second = updates[0][0], updates[1][0]
    conditional = any(one is not None for _, one in updates)
    scaled = bool(arguments(first.call) or arguments(second.call))
    if len(updates) > 2 or conditional or scaled or clips or more or text(first.receiver) == text(second.receiver):
        raise NotUnderstood(second.call, messages.SEVERAL_OPTIMIZERS)
    return second


def is_scaler(analysis: Analysis, node: Node) -> bool:
    """A ``GradScaler``; one of which nothing is known is told by its name."""
    value = analysis.value(node).value
    known = isinstance(value, Instance) and analysis.catalog.is_subclass(value.cls, "torch.amp.GradScaler")
    return known or (not isinstance(value, Instance) and "scaler" in text(node).lower())


def _scaled(analysis: Analysis, backward: Method) -> tuple[Node | None, Node]:
    """The scaler of ``scaler.scale(loss).backward()``, and the loss."""
    call = backward.receiver
    function = field(call, "function") if call.type == "call" else None
    scaler = field(function, "object") if function is not None and function.type == "attribute" else None
    name = field(function, "attribute") if function is not None and function.type == "attribute" else None
    if scaler is None or name is None or text(name) != "scale" or not is_scaler(analysis, scaler):
        return None, backward.receiver
    given = arguments(call)
    if len(given) != 1 or given[0].type == "keyword_argument" or arguments(backward.call):
        raise NotUnderstood(backward.call, messages.SCALER)
    return scaler, given[0]


def _check_scaling(
    method: Method, scaler: Node | None, found: dict[str, Node], stepped: bool, update: Node | None, every: Node | None
) -> None:
    """Raises `NotUnderstood`: unscale_ comes before the step and update behind it, both under the same condition."""
    same = scaler is not None and text(method.receiver) == text(scaler)
    if not same or method.name in found or stepped != (method.name == "update") or update != every:
        raise NotUnderstood(method.call, messages.SCALER)


def _gradient(backward: Method) -> Node | None:
    """What a backward pass is given to start with. Raises `NotUnderstood` for what it takes besides."""
    gradient: Node | None = None
    for argument in arguments(backward.call):
        name = field(argument, "name") if argument.type == "keyword_argument" else None
        if name is None and argument == arguments(backward.call)[0] and "splat" not in argument.type:
            gradient = argument
        elif name is not None and text(name) == "gradient":
            gradient = field(argument, "value")
        elif name is None or text(name) not in ("retain_graph", "create_graph"):
            raise NotUnderstood(backward.call, messages.BACKWARD_ARGUMENTS)
        elif text(name) == "create_graph" and text(field(argument, "value") or argument) != "False":
            raise NotUnderstood(backward.call, messages.GRADIENT_OF_GRADIENT)
    return gradient if gradient is not None and text(gradient) != "None" else None


def _afterwards(block: Node, own: list[Node]) -> Iterator[tuple[Node, Node | None]]:
    """What may update weights after a backward pass: in its own block or, if nothing does there, after its loop."""
    yield from _following(own)
    loop = block.parent
    around = block_of(loop) if loop is not None and loop.type in LOOPS else None
    if loop is None or around is None or field(loop, "alternative") is not None or _has_step(own):
        return
    behind = [one for one in statements(around) if one.start_byte > loop.start_byte]
    for statement, condition in _following(behind):
        yield statement, condition or loop


def _has_step(own: list[Node]) -> bool:
    calls = [one for statement in own for one in walk(statement) if one.type == "call"]
    return any(method.name == "step" for call in calls if (method := _method(call)) is not None)


def _following(following: list[Node]) -> Iterator[tuple[Node, Node | None]]:
    """The statements after a backward pass, with the ``if`` around those that stand in one."""
    for statement in following:
        body = field(statement, "consequence") if statement.type == "if_statement" else None
        if body is None:
            yield statement, None
            continue
        for inner in statements(body):
            yield inner, statement


def _is_optimizer(analysis: Analysis, node: Node, known: set[str]) -> bool:
    if node.type not in ("identifier", "attribute"):
        return False
    if text(node) in known:
        return True
    value = analysis.value(node).value
    return isinstance(value, Instance) and analysis.catalog.is_subclass(value.cls, "torch.optim.Optimizer")


def _any_step(analysis: Analysis, zero: Method) -> bool:
    """Whether what is cleared is an optimizer, not a model."""
    receiver = text(zero.receiver)
    return any(text(one.receiver) == receiver for one in methods(analysis, ("step",)))


def _check_zeros(backward: Method, update: Method, every: Node | None, cleared: list[Method]) -> None:
    inside: list[Method] = []
    block = block_of(backward.statement)
    for zero in cleared:
        around = block_of(zero.statement)
        if around is None:
            raise NotUnderstood(zero.call, messages.ZERO_GRAD)
        if backward.statement.start_byte < zero.statement.start_byte < update.statement.start_byte:
            raise NotUnderstood(zero.call, messages.ZERO_GRAD)
        if every is None and around == block:
            inside.append(zero)
        if every is not None and around == block_of(update.statement):
            inside.append(zero)
        elif every is not None and around == block:
            raise NotUnderstood(zero.call, messages.ZERO_GRAD)
    if not inside:
        raise NotUnderstood(update.call, messages.NEVER_CLEARED)


def _check_gradients(block: Node, inner: Mapping[int, NotUnderstood | None]) -> None:
    for node in walk(block):
        reason = inner.get(node.start_byte) if node.type == "call" else None
        if reason is not None:
            raise reason
        name = field(node, "attribute") if node.type == "attribute" else None
        if name is None or text(name) not in ("grad", "register_hook", "retain_grad", "no_sync"):
            continue
        if node.start_byte not in inner or node.parent is None or node.parent.type != "call":
            raise NotUnderstood(node, messages.GRADIENTS_READ)


def _gives_norm(assignment: Node) -> bool:
    """Whether a statement is nothing but ``norm = clip_grad_norm_(…)``."""
    left, right = field(assignment, "left"), field(assignment, "right")
    if assignment.type != "assignment" or left is None or right is None or left.type != "identifier":
        return False
    function = field(right, "function") if right.type == "call" else None
    return function is not None and text(function).rpartition(".")[2] == "clip_grad_norm_"


def _clip_name(statement: Node) -> str:
    for node in walk(statement):
        function = field(node, "function") if node.type == "call" else None
        name = text(function).rpartition(".")[2] if function is not None else ""
        if name in _CLIPS:
            return name
    return ""
