"""``TrainOneStepCell``: the call of an object that trains becomes the step that it makes."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, SymbolRef
from lsp_server.migrate.plan import Change
from lsp_server.migrate.training.detect import arguments
from lsp_server.migrate.training.eager.detect import GradCall, GradFunction, assigned, occurrences
from lsp_server.migrate.training.eager.events import Event, Family
from lsp_server.migrate.training.eager.unfold import LOSS_CELL, is_visible
from lsp_server.migrate.training.variables import field, function_around
from lsp_server.syntax.patterns import Pattern

WORDS = (b"TrainOneStepCell",)
_CALLS = Pattern("(call) @call")
_TRAIN_CELL = "mindspore.nn.TrainOneStepCell"
_NAMES = ("identifier", "attribute")


def trainers(analysis: Analysis) -> tuple[list[Family], list[Change], list[Node]]:
    """The steps that objects make, the changes of what else is said of them, and the statements that nothing needs.

    An object that is used in any other way stays one: a class that does the same is written into the file."""
    found: list[Family] = []
    changes: list[Change] = []
    gone: list[Node] = []
    for call in _CALLS.captures(analysis.document.root, "call"):
        function = field(call, "function")
        value = analysis.value(function).value if function is not None else None
        given = arguments(call)
        if not isinstance(value, SymbolRef) or value.name != _TRAIN_CELL or len(given) != 2:
            continue
        if any(one.type not in _NAMES for one in given):
            continue
        made = assigned(GradFunction(call, given[0], given[1], False, True))
        calls = _calls(made)
        if made.name is None or made.statement is None or calls is None:
            continue
        if not all(is_visible(given, one.call, call) for one in calls):
            continue
        network = _network(analysis, given[0])
        for one in calls:
            event = Event("update", one.statement, (given[1],))
            found.append(Family(function_around(one.statement), set(), [one], {one.statement.id: event}))
        changes += [Change(one.start_byte, one.end_byte, (network,)) for one in _modes(made.name)]
        gone += [made.statement, *_loss_cell(analysis, given[0])]
    return found, changes, gone


def _calls(made: GradFunction) -> list[GradCall] | None:
    """None: it is used in another way as well."""
    found: list[GradCall] = []
    modes = {node.id for node in _modes(made.name)} if made.name is not None else set[int]()
    for node in occurrences(made.name) if made.name is not None else ():
        if node == made.name or node.id in modes:
            continue
        call = node.parent
        holder = call.parent if call is not None and call.type == "call" and field(call, "function") == node else None
        if call is None or holder is None:
            return None
        if holder.type == "expression_statement":
            found.append(GradCall(_silent(made), holder, call, (), ""))
            continue
        left, statement = field(holder, "left"), holder.parent
        if holder.type != "assignment" or left is None or left.type not in _NAMES or statement is None:
            return None
        found.append(GradCall(made, statement, call, (left,), ""))
    return found or None


def _silent(made: GradFunction) -> GradFunction:
    return GradFunction(made.node, made.forward, made.weights, False, False, False, made.name, made.statement)


def _modes(name: Node) -> list[Node]:
    """The receivers of ``step.set_train()``."""
    found: list[Node] = []
    for node in occurrences(name):
        parent = node.parent
        attribute = field(parent, "attribute") if parent is not None and parent.type == "attribute" else None
        if attribute is not None and attribute.text == b"set_train" and field(parent or node, "object") == node:
            found.append(node)
    return found


def _network(analysis: Analysis, node: Node) -> Node:
    """The network itself, if what is trained is a network with its loss."""
    value = analysis.value(node).value
    made = value.call if isinstance(value, Instance) and value.cls == LOSS_CELL else None
    inner = arguments(made.node) if made is not None and made.analysis is analysis else []
    plain = len(inner) == 2 and all(one.type in _NAMES for one in inner)
    return inner[0] if made is not None and plain and is_visible(inner, node, made.node) else node


def _loss_cell(analysis: Analysis, node: Node) -> list[Node]:
    """The statement that made the network with its loss, where only the object that trains needed it."""
    value = analysis.value(node).value
    made = value.call if isinstance(value, Instance) and value.cls == LOSS_CELL else None
    if made is None or _network(analysis, node) == node or len(occurrences(node)) != 2:
        return []
    one = assigned(GradFunction(made.node, node, node, False, True))
    return [one.statement] if one.statement is not None else []
