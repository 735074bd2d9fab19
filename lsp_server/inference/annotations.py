"""What a type annotation promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    Module,
    Repeated,
    Sequence,
    SymbolRef,
    UserClass,
    UserInstance,
    Value,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_SCALARS = {"int", "float", "bool", "str"}
_WRAPPERS = {"Optional", "Annotated", "Final", "ClassVar"}
_REPEATED = {"list", "List", "Sequence", "Iterable", "Iterator", "Generator", "set", "Set", "tuple", "Tuple"}


def fact(analysis: Analysis, node: Node) -> Fact:
    """An object of the annotated type; `NOTHING` if the annotation says nothing that we know."""
    if node.type == "type" and node.named_children:
        node = node.named_children[0]
    value = _value(analysis, node)
    return NOTHING if value == UNKNOWN else Fact(value)


def _value(analysis: Analysis, node: Node) -> Value:
    kind = node.type
    if kind == "none":
        return Constant(None)
    if kind == "string":
        return _forward_reference(analysis, node)
    if kind in ("identifier", "attribute"):
        return _named(analysis, node)
    if kind == "binary_operator":
        return _union(analysis, node.named_children)
    if kind in ("generic_type", "subscript"):
        return _generic(analysis, node)
    if kind in ("union_type", "parenthesized_expression", "type"):
        return _union(analysis, node.named_children)
    return UNKNOWN


def _named(analysis: Analysis, node: Node) -> Value:
    value = analysis.fact(node).value
    if isinstance(value, SymbolRef):
        name = value.name.removeprefix("builtins.")
        return Instance(name) if name in _SCALARS or analysis.catalog.symbol(value.name) else UNKNOWN
    if isinstance(value, UserClass):
        return UserInstance(value)
    return UNKNOWN


def _union(analysis: Analysis, nodes: list[Node]) -> Value:
    """``Tensor | None`` is a tensor where it is used; a real union says nothing."""
    values = [value for value in (_value(analysis, node) for node in nodes) if value != Constant(None)]
    return values[0] if values and all(value == values[0] for value in values) else UNKNOWN


def _generic(analysis: Analysis, node: Node) -> Value:
    head = node.named_children[0]
    name = analysis.text(head).rpartition(".")[2]
    arguments: list[Node] = []
    for child in node.named_children[1:]:
        arguments += child.named_children if child.type == "type_parameter" else [child]
    if name == "Union":
        return _union(analysis, arguments)
    if name in _WRAPPERS and arguments:
        return _value(analysis, arguments[0])
    if name in _REPEATED and arguments:
        if name in ("tuple", "Tuple") and analysis.text(arguments[-1]) != "...":
            return Sequence(tuple(_value(analysis, _inner(argument)) for argument in arguments))
        return Repeated(_value(analysis, _inner(arguments[0])))
    return UNKNOWN


def _inner(node: Node) -> Node:
    return node.named_children[0] if node.type == "type" and node.named_children else node


def _forward_reference(analysis: Analysis, node: Node) -> Value:
    """A dotted name in quotes, looked up among the names of the module."""
    first, *rest = analysis.text(node).strip("\"'").split(".")
    if not first.isidentifier():
        return UNKNOWN
    value = analysis.global_fact(first).value
    for part in rest:
        if not isinstance(value, Module):
            return UNKNOWN
        canonical = analysis.catalog.canonical(f"{value.name}.{part}")
        symbol = analysis.catalog.symbol(canonical) if canonical else None
        if symbol is None:
            return UNKNOWN
        value = Module(symbol.name) if symbol.kind == "module" else SymbolRef(symbol.name)
    if isinstance(value, SymbolRef):
        return Instance(value.name)
    if isinstance(value, UserClass):
        return UserInstance(value)
    return UNKNOWN
