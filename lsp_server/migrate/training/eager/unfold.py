"""Puts the body of a forward function where its gradients were asked for, where it reads there as it did in it."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserFunction
from lsp_server.migrate.plan import Moved, Part
from lsp_server.migrate.training.detect import arguments
from lsp_server.migrate.training.eager.detect import GradCall
from lsp_server.migrate.training.eager.labels import LONG, are_classes, takes_labels
from lsp_server.migrate.training.variables import (
    binds,
    field,
    function_around,
    has_long_string,
    is_label,
    reads,
    statements,
    targets,
    text,
    walk,
)

_UNFIT = ("return_statement", "yield", "await", "global_statement", "nonlocal_statement", "delete_statement")
_DEFINITIONS = ("function_definition", "class_definition", "decorated_definition", "lambda")
LOSS_CELL = "mindspore.nn.WithLossCell"


class Unfolded(msgspec.Struct, frozen=True):
    """A forward function in place: its statements, and what it gave back."""

    definition: Node
    """The statement that defined it, which nothing needs any more."""
    body: tuple[Node, ...]
    """Statements and comments in their order, the ``return`` left out."""
    results: tuple[Node, ...]
    comments: tuple[Node, ...] = ()
    """Those behind the last statement."""


def unfolded(analysis: Analysis, call: GradCall, calls: list[GradCall]) -> Unfolded | None:
    """None: the function stays, and is called. ``calls``: all of the same gradient function."""
    value = analysis.value(call.function.forward).value
    if not isinstance(value, UserFunction) or value.bound is not None or len(calls) != 1:
        return None
    definition = value.definition.node
    name, body = field(definition, "name"), field(definition, "body")
    if value.definition.analysis is not analysis or definition.type != "function_definition":
        return None
    if name is None or body is None or definition.parent is None or definition.parent.type == "decorated_definition":
        return None
    if call.function.forward.type != "identifier" or len(occurrences_outside(name)) != 1:
        return None
    own = statements(body)
    if not own:
        return None  # while somebody types, a body may hold nothing that parses
    last = own[-1]
    if last.type != "return_statement" or not last.named_children:
        return None
    if any(node.type in _UNFIT for node in walk(body) if node != last) or any(has_long_string(one) for one in own):
        return None
    if any(node.type in _DEFINITIONS for one in own for node in walk(one)):
        return None
    if own[0].type == "expression_statement" and own[0].named_children[0].type == "string":
        return None
    if not _same_arguments(definition, call) or not _fits(definition, body, call):
        return None
    results = _results(last, call)
    if results is None:
        return None
    children = sorted(
        [*own[:-1], *(one for one in walk(definition) if one.type == "comment" and _is_between(one, own))],
        key=lambda one: one.start_byte,
    )
    before = [one for one in children if one.start_byte < last.start_byte]
    return Unfolded(definition, tuple(before), results, tuple(one for one in children if one not in before))


def occurrences_outside(name: Node) -> list[Node]:
    """Where the name of a function is read."""
    holder = function_around(name.parent.parent) if name.parent is not None and name.parent.parent else name
    found: list[Node] = []
    for node in walk(holder):
        if node.type == "identifier" and text(node) == text(name) and node != name:
            parent = node.parent
            if parent is not None and parent.type == "attribute" and field(parent, "attribute") == node:
                continue
            found.append(node)
    return found


def _is_between(comment: Node, own: list[Node]) -> bool:
    """Whether a comment stands between statements of the function, not inside of one."""
    return not any(one.start_byte <= comment.start_byte < one.end_byte for one in own)


def _same_arguments(definition: Node, call: GradCall) -> bool:
    """Whether it is called with variables of the names of its parameters."""
    parameters = field(definition, "parameters")
    names = [text(one) for one in parameters.named_children if one.type != "comment"] if parameters is not None else []
    given = arguments(call.call)
    return all(one.type == "identifier" for one in given) and [text(one) for one in given] == names


def _fits(definition: Node, body: Node, call: GradCall) -> bool:
    """Whether its variables are no others' where it is called, and what it reads from outside is the same there."""
    holder = function_around(call.statement)
    own = binds(body)
    wanted = {name for node in call.targets for name in targets(node)}
    given = {text(one) for one in arguments(call.call)}
    if _read_elsewhere(own - wanted, holder, definition):
        return False
    if own & given & _read_beside(holder, call.call, definition):
        return False
    free = reads(body) - own - given
    if holder.id == function_around(definition.parent or definition).id:
        return True
    inner = field(holder, "body")
    parameters = field(holder, "parameters")
    local = binds(inner) if inner is not None else set[str]()
    local |= {text(one) for one in walk(parameters) if one.type == "identifier"} if parameters is not None else set()
    return not free & (local - wanted)


def _read_elsewhere(names: set[str], holder: Node, definition: Node) -> bool:
    """Whether a function reads names, other than in functions that have them for themselves."""
    for node in _own_identifiers(holder):
        if text(node) in names and not _is_target(node) and not _is_inside(node, definition):
            return True
    return False


def _read_beside(holder: Node, call: Node, definition: Node) -> set[str]:
    return {
        text(node)
        for node in _own_identifiers(holder)
        if not _is_target(node) and not _is_inside(node, definition) and not _is_inside(node, call)
    }


def _own_identifiers(holder: Node) -> list[Node]:
    """The names of a function's own statements; those of functions in it that are not bound there."""
    found: list[Node] = []
    for node in walk(holder):
        if node.type != "identifier" or is_label(node):
            continue
        around = function_around(node)
        if around.id != holder.id and around.type == "function_definition":
            body, parameters = field(around, "body"), field(around, "parameters")
            hidden = binds(body) if body is not None else set[str]()
            hidden |= {text(one) for one in walk(parameters) if one.type == "identifier"} if parameters else set()
            if text(node) in hidden or node.parent == around:
                continue
        found.append(node)
    return found


def _is_target(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        node, parent = parent, parent.parent
    return parent is not None and parent.type in ("assignment", "for_statement") and field(parent, "left") == node


def _is_inside(node: Node, other: Node) -> bool:
    return other.start_byte <= node.start_byte < other.end_byte


def _results(last: Node, call: GradCall) -> tuple[Node, ...] | None:
    value = last.named_children[0]
    if not call.function.has_aux:
        return None if value.type in ("expression_list", "tuple") else (value,)
    while value.type == "parenthesized_expression":
        value = value.named_children[0]
    if value.type not in ("expression_list", "tuple"):
        return None
    results = tuple(one for one in value.named_children if one.type != "comment")
    if len(results) != max(len(call.targets), 1) and call.function.gives_value:
        return None
    return results if not any("splat" in one.type for one in results) else None


def called(analysis: Analysis, forward: Node, given: list[Node], sens: bool) -> list[Part]:
    """The call of a forward function or network: that of a `WithLossCell` as what it does."""
    if sens:
        given = given[:-1]
    value = analysis.value(forward).value
    made = value.call if isinstance(value, Instance) and value.cls == LOSS_CELL else None
    inner = arguments(made.node) if made is not None and made.analysis is analysis else []
    plain = len(inner) == 2 and len(given) == 2 and all(one.type in ("identifier", "attribute") for one in inner)
    if made is not None and plain and is_visible(inner, forward, made.node):
        widened = takes_labels(analysis, inner[1]) and are_classes(analysis, given[1])
        return [inner[1], "(", inner[0], "(", given[0], "), ", given[1], LONG if widened else "", ")"]
    parts: list[Part] = ["(", forward, ")("] if forward.type == "lambda" else [forward, "("]
    for index, one in enumerate(given):
        parts += [", " if index else "", one]
    return [*parts, ")"]


def is_visible(names: list[Node], here: Node, there: Node) -> bool:
    """Whether names mean the same in two places: variables of one function or of the file, none that hides them."""
    holder, origin = function_around(here), function_around(there)
    if holder.id == origin.id:
        return True
    if origin.type != "module" or any(one.type == "attribute" for one in names):
        return False
    body, parameters = field(holder, "body"), field(holder, "parameters")
    local = binds(body) if body is not None else set[str]()
    local |= {text(one) for one in walk(parameters) if one.type == "identifier"} if parameters is not None else set()
    return not local & {text(one) for one in names}


def moved(analysis: Analysis, unfold: Unfolded, indentation: str) -> list[Part]:
    """The body of a function as lines of another place, its blank lines and comments with it."""
    lines, newline = analysis.document.lines, analysis.document.newline
    parts: list[Part] = []
    previous: Node | None = None
    for node in unfold.body:
        if previous is not None:
            if node.type == "comment" and node.start_point[0] == previous.end_point[0]:
                parts[-1] = f"  {analysis.text(node)}{newline}"
                previous = node
                continue
            if node.start_point[0] > previous.end_point[0] + 1:
                parts.append(newline)
        here = lines.indentation(lines.starts[lines.line_of(node.start_byte)])
        parts += [indentation, Moved(node, here, indentation), newline]
        previous = node
    for comment in unfold.comments:
        parts.append(f"{indentation}{analysis.text(comment)}{newline}")
    return parts
