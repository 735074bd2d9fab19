"""Finds gradient functions (``value_and_grad``, ``grad``, ``GradOperation``) and the statements that call them."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef, UserClass
from lsp_server.messages import Message
from lsp_server.messages import training as messages
from lsp_server.migrate.training.detect import NotUnderstood, arguments
from lsp_server.migrate.training.variables import field, function_around, text, walk
from lsp_server.syntax.patterns import Pattern

WORDS = (b"value_and_grad", b"GradOperation", b".grad(", b" grad(", b"get_grad", b"ForwardValueAndGrad")
_CALLS = Pattern("(call) @call")
_VALUED = ("mindspore.value_and_grad", "mindspore.ops.value_and_grad")
_UNVALUED = ("mindspore.grad", "mindspore.ops.grad")
_ORDER = ("fn", "grad_position", "weights", "has_aux", "return_ids")
_OPERATION = "mindspore.ops.GradOperation"
_TRAIN_CELL = "mindspore.nn.TrainOneStepCell"


class GradFunction(msgspec.Struct, frozen=True):
    """An expression that makes a function of gradients."""

    node: Node
    forward: Node
    """The function or the network whose result is differentiated."""
    weights: Node
    has_aux: bool
    gives_value: bool
    """Whether the result comes with the gradients."""
    takes_sens: bool = False
    """Whether the last argument of a call is what the result is multiplied by (``sens_param``)."""
    name: Node | None = None
    """What it is assigned to; None: it is called in place."""
    statement: Node | None = None


class GradCall(msgspec.Struct, frozen=True):
    """A statement that works out gradients: ``(loss, out), grads = grad_fn(x, y)``."""

    function: GradFunction
    statement: Node
    call: Node
    targets: tuple[Node, ...]
    """What gets the loss and the auxiliary results; nothing if only gradients are asked for."""
    gradients: str


def _reason(place: Node, message: Message, **values: str) -> NotUnderstood:
    return NotUnderstood(place, message, **values)


def bound_arguments(call: Node, order: tuple[str, ...]) -> dict[str, Node]:
    """The arguments of a call by the names of their parameters. Raises `NotUnderstood` for unpacked ones."""
    given: dict[str, Node] = {}
    for index, argument in enumerate(arguments(call)):
        name, value = field(argument, "name"), field(argument, "value")
        if argument.type == "keyword_argument" and name is not None and value is not None:
            given[text(name)] = value
        elif index < len(order) and "splat" not in argument.type:
            given[order[index]] = argument
        else:
            raise _reason(call, messages.GRADIENT_ARGUMENTS)
    return given


def grad_functions(analysis: Analysis) -> tuple[list[GradFunction], list[NotUnderstood]]:
    """All of a file that differentiate with respect to weights, in its order."""
    found: list[GradFunction] = []
    reasons: list[NotUnderstood] = []
    for call in sorted(_CALLS.captures(analysis.document.root, "call"), key=lambda node: node.start_byte):
        try:
            one = _grad_function(analysis, call)
        except NotUnderstood as reason:
            reasons.append(reason)
            continue
        if one is not None:
            found.append(assigned(one))
    return found, reasons


def _grad_function(analysis: Analysis, call: Node) -> GradFunction | None:
    function = field(call, "function")
    if function is None:
        return None
    value = analysis.value(function).value
    if isinstance(value, SymbolRef) and value.name in (*_VALUED, *_UNVALUED):
        return _of_function(call, value.name in _VALUED)
    if _is_operation(analysis, function):
        return _of_operation(analysis, call, function)
    return None


def _of_function(call: Node, gives_value: bool) -> GradFunction | None:
    given = bound_arguments(call, _ORDER)
    forward, weights = given.get("fn"), given.get("weights")
    if forward is None or weights is None or text(weights) == "None":
        return None
    if "grad_position" not in given or text(given["grad_position"]) != "None":
        raise _reason(call, messages.INPUT_GRADIENTS)
    has_aux = given.get("has_aux")
    if has_aux is not None and has_aux.type not in ("true", "false"):
        raise _reason(call, messages.GRADIENT_ARGUMENTS)
    if any(name not in _ORDER or (name == "return_ids" and text(node) != "False") for name, node in given.items()):
        raise _reason(call, messages.GRADIENT_ARGUMENTS)
    return GradFunction(call, forward, weights, has_aux is not None and has_aux.type == "true", gives_value)


def _is_operation(analysis: Analysis, function: Node) -> bool:
    value = analysis.value(function).value
    return (isinstance(value, Instance) and value.cls == _OPERATION) or _inherited_grad(analysis, function)


def _inherited_grad(analysis: Analysis, function: Node) -> bool:
    """``self.grad`` of a class that is derived from ``TrainOneStepCell``, which makes it."""
    return text(function) == "self.grad" and is_train_cell(analysis, function)


def is_train_cell(analysis: Analysis, node: Node) -> bool:
    """Whether a node stands in a class derived from ``TrainOneStepCell``."""
    holder = classes.enclosing_class(function_around(node))
    if holder is None:
        return False
    bases = classes.bases(UserClass(analysis.source(holder)))
    return any(isinstance(base.value, SymbolRef) and base.value.name.startswith(_TRAIN_CELL) for base in bases)


def _of_operation(analysis: Analysis, call: Node, function: Node) -> GradFunction | None:
    takes_sens = _inherited_grad(analysis, function)
    if not takes_sens:
        value = analysis.value(function).value
        made = value.call.node if isinstance(value, Instance) and value.call is not None else None
        options = bound_arguments(made, ("get_all", "get_by_list", "sens_param")) if made is not None else {}
        if any(one.type not in ("true", "false") for one in options.values()):
            raise _reason(call, messages.GRADIENT_ARGUMENTS)
        if "get_all" in options and options["get_all"].type == "true":
            raise _reason(call, messages.INPUT_GRADIENTS)
        if "get_by_list" not in options or options["get_by_list"].type != "true":
            return None
        takes_sens = "sens_param" in options and options["sens_param"].type == "true"
    given = arguments(call)
    if len(given) != 2 or any("splat" in one.type or one.type == "keyword_argument" for one in given):
        raise _reason(call, messages.GRADIENT_ARGUMENTS)
    return GradFunction(call, given[0], given[1], False, False, takes_sens)


def assigned(one: GradFunction) -> GradFunction:
    """The same with the name that it is assigned to, and the statement."""
    parent = one.node.parent
    statement = parent.parent if parent is not None and parent.type == "assignment" else None
    left = field(parent, "left") if parent is not None and statement is not None else None
    if parent is None or left is None or statement is None or left.type not in ("identifier", "attribute"):
        return one
    if statement.type != "expression_statement" or field(parent, "right") != one.node:
        return one
    return msgspec.structs.replace(one, name=left, statement=statement)


def calls_of(one: GradFunction) -> list[GradCall]:
    """The statements that call a gradient function. Raises `NotUnderstood` if it is used in any other way."""
    if one.name is None:
        call = one.node.parent
        if call is None or call.type != "call" or field(call, "function") != one.node:
            raise _reason(one.node, messages.GRADIENT_PASSED)
        return [_grad_call(one, call)]
    found: list[GradCall] = []
    for node in occurrences(one.name):
        if node == one.name:
            continue
        call = node.parent
        if call is None or call.type != "call" or field(call, "function") != node:
            raise _reason(node, messages.GRADIENT_PASSED)
        found.append(_grad_call(one, call))
    if not found:
        raise _reason(one.node, messages.GRADIENT_PASSED)
    return found


def occurrences(name: Node) -> list[Node]:
    """The places of a name, or of an attribute of ``self``, in what can see it: its function, its class, the file."""
    wanted, holder = text(name), function_around(name)
    if name.type == "attribute":
        holder = classes.enclosing_class(holder) or holder
    return [one for one in walk(holder) if one.type == name.type and text(one) == wanted and _is_variable(one)]


def _is_variable(node: Node) -> bool:
    """Whether an identifier is not an attribute's or a keyword's name."""
    parent = node.parent
    if node.type != "identifier" or parent is None:
        return True
    if parent.type == "attribute":
        return field(parent, "attribute") != node
    return not (parent.type == "keyword_argument" and field(parent, "name") == node)


def _grad_call(one: GradFunction, call: Node) -> GradCall:
    assignment = call.parent
    statement = assignment.parent if assignment is not None else None
    if assignment is None or statement is None or assignment.type != "assignment":
        raise _reason(call, messages.GRADIENTS_READ)
    left = field(assignment, "left")
    if statement.type != "expression_statement" or left is None or field(assignment, "right") != call:
        raise _reason(call, messages.GRADIENTS_READ)
    if not one.gives_value:
        if left.type not in ("identifier", "attribute"):
            raise _reason(call, messages.GRADIENTS_READ)
        return GradCall(one, statement, call, (), text(left))
    parts = left.named_children if left.type in ("pattern_list", "tuple_pattern") else []
    if len(parts) != 2 or parts[1].type not in ("identifier", "attribute"):
        raise _reason(call, messages.GRADIENTS_READ)
    nested = parts[0].type in ("tuple_pattern", "list_pattern", "pattern_list")
    if nested != one.has_aux:
        raise _reason(call, messages.RESULT_NOT_UNPACKED)
    targets = tuple(parts[0].named_children) if nested else (parts[0],)
    if not targets or targets[0].type not in ("identifier", "attribute"):
        raise _reason(call, messages.RESULT_NOT_UNPACKED)
    return GradCall(one, statement, call, targets, text(parts[1]))
