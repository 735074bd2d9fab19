"""Which expressions give views: tensors that share the memory of another one."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.definitions import enclosing_function
from lsp_server.messages import migration as messages
from lsp_server.migrate import templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.lookups import assigned, called
from lsp_server.migrate.plan import CannotConvert
from lsp_server.syntax.patterns import Pattern

_BASIC = {"integer", "slice", "unary_operator", "ellipsis"}
"""Indices that give a view of the tensor; a mask or a list of indices gives a copy, which nobody would see changed."""
_VIEWS = {
    *("view", "view_as", "reshape", "reshape_as", "flatten", "unflatten", "ravel", "squeeze", "unsqueeze", "expand"),
    *("expand_as", "transpose", "t", "permute", "swapaxes", "swapdims", "movedim", "moveaxis", "narrow", "select"),
    *("diagonal", "unfold", "detach", "contiguous", "alias", "as_strided", "chunk", "split", "unbind", "broadcast_to"),
}
_NAMES = Pattern("(identifier) @name")


def check_views(context: Context, changed: Node, outer: Node) -> None:
    """Raises `CannotConvert` where a name is bound to a view of another one that is read afterwards."""
    analysis = context.use.analysis
    value = assigned(analysis, changed) if changed.type == "identifier" else None
    base = root(analysis, value) if value is not None and value.type in ("call", "attribute", "subscript") else ""
    if not base or base == analysis.text(changed):
        return
    function = enclosing_function(outer) or analysis.document.root
    for name in _NAMES.captures(function, "name"):
        if name.start_byte < outer.end_byte:
            continue
        if analysis.text(name) == base or (name.parent is not None and analysis.text(name.parent) == base):
            raise CannotConvert("TS314", messages.IN_PLACE_VIEW, symbol=context.symbol.name, name=base)


def root(analysis: Analysis, value: Node) -> str:
    """The name or attribute of which an expression gives a view, or which it is; empty for something new."""
    while True:
        if value.type == "identifier":
            return analysis.text(value)
        if value.type == "subscript":
            if not all(is_basic(index) for index in value.children_by_field_name("subscript")):
                return ""
            inner = value.child_by_field_name("value")
        elif value.type == "attribute":
            name = value.child_by_field_name("attribute")
            if name is None or analysis.text(name) not in ("T", "mT", "H", "data"):
                return analysis.text(value) if is_chain(value) else ""
            inner = value.child_by_field_name("object")
        elif value.type == "call":
            use = called(analysis, value)
            last = use.symbol.rpartition(".")[2] if use is not None else ""
            if use is None or last not in _VIEWS:
                return ""
            given = argument_nodes(value)
            function = value.child_by_field_name("function")
            receiver = function.child_by_field_name("object") if function is not None else None
            inner = receiver if use.symbol.startswith("torch.Tensor.") else given[0] if given else None
        else:
            return ""
        if inner is None:
            return ""
        value = inner


def is_basic(node: Node) -> bool:
    """Whether an index gives a view."""
    if node.type == "slice":
        return not any(templates.has_calls(child) for child in node.named_children)
    if node.type == "tuple":
        return all(is_basic(child) for child in node.named_children)
    return node.type in _BASIC


def is_chain(node: Node) -> bool:
    """Whether an expression is a name with attributes: ``self.layer.weight``."""
    while node.type == "attribute":
        owner = node.child_by_field_name("object")
        if owner is None:
            return False
        node = owner
    return node.type == "identifier"
