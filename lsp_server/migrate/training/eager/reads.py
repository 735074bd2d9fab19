"""How the results of a step are read: torch's still belong to the graph of their gradients, MindSpore's never do."""

from __future__ import annotations

from enum import Enum

from tree_sitter import Node

from lsp_server.migrate.training.eager.detect import GradCall
from lsp_server.migrate.training.variables import field, function_around, text, walk

_NUMBERS = ("item", "tolist", "shape", "ndim", "dtype", "size", "detach", "argmax", "argmin")
_ARRAYS = ("asnumpy", "numpy")
_PLAIN = ("float", "int", "bool", "str", "print", "len", "round", "isinstance")
_THROUGH = ("binary_operator", "unary_operator", "parenthesized_expression", "comparison_operator", "not_operator")
_MOST = 2
_DEPTH = 4


class Detached(Enum):
    """Where all that reads a result gets it without its graph."""

    AFTER = "after"


def places(call: GradCall, target: Node) -> list[Node]:
    """Where a result is read in its function, or in those that see it."""
    holder, name = function_around(call.statement), text(target)
    found: list[Node] = []
    for node in walk(holder):
        if node.type != target.type or text(node) != name or node.start_byte == target.start_byte:
            continue
        parent = node.parent
        if parent is not None and parent.type == "attribute" and field(parent, "attribute") == node:
            continue
        if parent is not None and parent.type == "keyword_argument" and field(parent, "name") == node:
            continue
        if _is_bound_here(node) or not _is_same_variable(node, holder, name):
            continue
        found.append(node)
    return found


def _is_same_variable(node: Node, holder: Node, name: str) -> bool:
    around = function_around(node)
    if around.id == holder.id or around.type == "lambda":
        return True
    for inner in walk(around):
        if inner.type == "identifier" and text(inner) == name and _is_bound_here(inner):
            return False
    return True


def _is_bound_here(node: Node) -> bool:
    parent = node.parent
    if parent is not None and parent.type in ("parameters", "default_parameter", "typed_parameter"):
        return True
    while parent is not None and parent.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        node, parent = parent, parent.parent
    if parent is None:
        return False
    if parent.type == "augmented_assignment":
        return False
    return parent.type in ("assignment", "for_statement", "for_in_clause") and field(parent, "left") == node


def is_read(call: GradCall, target: Node) -> bool:
    return bool(places(call, target))


def detached(call: GradCall, target: Node) -> list[Node] | Detached:
    """The places that need a result without its graph; all of them, if they are many or give it to another step."""
    if target.type != "identifier" or text(target) == "_":
        return []
    found = [node for node in places(call, target) if not _is_harmless(node, 0)]
    if len(found) > _MOST or any(node.type == "identifier" and _is_passed(node) for node in found):
        return Detached.AFTER
    return found


def _is_passed(node: Node) -> bool:
    """Whether it stands alone as an argument in a statement that asks for gradients, or is assigned on."""
    parent = node.parent
    call = parent.parent if parent is not None and parent.type == "argument_list" else None
    while call is not None and call.type not in ("assignment", "block", "module"):
        call = call.parent
    left = field(call, "left") if call is not None and call.type == "assignment" else None
    return left is not None and "grad" in text(left)


def _is_harmless(node: Node, depth: int) -> bool:
    """Whether what is done with a value comes to the same with its graph: it becomes a number, or is printed."""
    current = node
    while current.parent is not None and depth < _DEPTH:
        parent = current.parent
        if parent.type == "attribute" and field(parent, "object") == current:
            name = field(parent, "attribute")
            if name is not None and text(name) in _ARRAYS:
                return False
            if name is not None and text(name) in _NUMBERS:
                return True
        elif parent.type == "call" and field(parent, "function") == current:
            pass
        elif parent.type == "argument_list":
            call = parent.parent
            function = field(call, "function") if call is not None else None
            return function is not None and text(function) in _PLAIN
        elif parent.type in ("interpolation", "if_statement", "while_statement", "assert_statement"):
            return True
        elif parent.type == "assignment" and field(parent, "right") == current:
            return _is_assigned_harmlessly(parent, depth)
        elif parent.type == "subscript" and field(parent, "value") == current:
            pass
        elif parent.type not in _THROUGH:
            return False
        current = parent
    return False


def _is_assigned_harmlessly(assignment: Node, depth: int) -> bool:
    left = field(assignment, "left")
    if left is None or left.type != "identifier":
        return False
    holder, name = function_around(assignment), text(left)
    if holder.type == "module" and any(
        node.type == "function_definition" and name in {text(one) for one in walk(node)} for node in walk(holder)
    ):
        return False
    read = [
        node for node in walk(holder) if node.type == "identifier" and text(node) == name and not _is_bound_here(node)
    ]
    return all(_is_harmless(node, depth + 1) for node in read)
