"""What an assignment does to its targets: names, attributes, items, and patterns of them."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state import attributes, containers
from lsp_server.state.code import code
from lsp_server.state.expressions import slice_bounds
from lsp_server.state.frames import Frame
from lsp_server.state.subscripts import assign_item, delete_item
from lsp_server.state.values import PLAIN, UNKNOWN, List, Value

_PATTERNS = {"pattern_list", "tuple_pattern", "list_pattern", "expression_list", "tuple", "list"}


def bind(frame: Frame, analysis: Analysis, target: Node, value: Value) -> None:
    """``target = value``."""
    if target.type == "identifier":
        frame.assign(analysis.text(target), value)
    elif target.type == "attribute":
        owner, name = target.child_by_field_name("object"), target.child_by_field_name("attribute")
        if owner is not None and name is not None:
            attributes.assign(frame, code(analysis, owner)(frame), analysis.text(name), value)
    elif target.type == "subscript":
        owner, index = _subscript(frame, analysis, target)
        assign_item(frame, owner, index, value)
    elif target.type in _PATTERNS:
        _unpack(frame, analysis, [child for child in target.named_children if child.type != "comment"], value)


def _subscript(frame: Frame, analysis: Analysis, target: Node) -> tuple[Value, Value | slice]:
    owner = target.child_by_field_name("value")
    indexes = target.children_by_field_name("subscript")
    held = code(analysis, owner)(frame) if owner is not None else UNKNOWN
    if len(indexes) != 1:
        return held, PLAIN
    if indexes[0].type == "slice":
        return held, slice_bounds(analysis, indexes[0])(frame)
    return held, code(analysis, indexes[0])(frame)


def _unpack(frame: Frame, analysis: Analysis, targets: list[Node], value: Value) -> None:
    items = containers.elements(value)
    rest: Value = PLAIN if value is PLAIN else UNKNOWN
    star = next((index for index, target in enumerate(targets) if target.type == "list_splat_pattern"), None)
    if items is not None and star is not None and len(items) >= len(targets) - 1:
        end = len(items) - (len(targets) - star - 1)
        items = [*items[:star], List(items[star:end], frame.machine.doubt), *items[end:]]
    if items is None or len(items) != len(targets):
        items = [rest] * len(targets)
    for target, item in zip(targets, items, strict=True):
        inner = target.named_children[0] if target.type == "list_splat_pattern" and target.named_children else target
        bind(frame, analysis, inner, item)


def delete(frame: Frame, analysis: Analysis, target: Node) -> None:
    """``del target``."""
    if target.type == "identifier":
        frame.names.pop(analysis.text(target), None)
    elif target.type == "attribute":
        owner, name = target.child_by_field_name("object"), target.child_by_field_name("attribute")
        if owner is not None and name is not None:
            attributes.delete(frame, code(analysis, owner)(frame), analysis.text(name))
    elif target.type == "subscript":
        owner, index = _subscript(frame, analysis, target)
        delete_item(frame, owner, index)
    elif target.type in _PATTERNS:
        for child in target.named_children:
            delete(frame, analysis, child)


def assigned_names(analysis: Analysis, node: Node) -> set[str]:
    """Names that the statements below a node may bind; nested functions bind only their own name."""
    found: set[str] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in ("function_definition", "class_definition"):
            name = current.child_by_field_name("name")
            found |= {analysis.text(name)} if name is not None else set()
            continue
        if current.type in ("assignment", "augmented_assignment", "for_statement", "named_expression"):
            left = current.child_by_field_name("left") or current.child_by_field_name("name")
            found |= _names(analysis, left)
        elif current.type in ("as_pattern_target", "delete_statement", "case_pattern"):
            found |= _names(analysis, current)
        stack += current.named_children
    return found


def _names(analysis: Analysis, node: Node | None) -> set[str]:
    if node is None or node.type in ("attribute", "subscript"):
        return set()
    if node.type == "identifier":
        return {analysis.text(node)}
    return {name for child in node.named_children for name in _names(analysis, child)}
