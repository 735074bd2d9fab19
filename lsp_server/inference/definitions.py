"""Functions and classes as they stand in the source: what is around them, what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference.memory import kept
from lsp_server.syntax.scopes import parameter_name

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


class Parameters(msgspec.Struct, frozen=True):
    """The parameters of a function, by the ways in which they can be passed."""

    positional: tuple[tuple[str, Node], ...] = ()
    keyword: tuple[tuple[str, Node], ...] = ()
    rest: Node | None = None
    """``*args``"""
    open: Node | None = None
    """``**kwargs``"""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Those that take one argument each."""
        return tuple(node for _, node in (*self.positional, *self.keyword))


def enclosing_class(function: Node) -> Node | None:
    """The class that a function is a method of."""
    parent = function.parent
    if parent is not None and parent.type == "decorated_definition":
        parent = parent.parent
    if parent is None or parent.type != "block" or parent.parent is None:
        return None
    return parent.parent if parent.parent.type == "class_definition" else None


def enclosing_function(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None:
        if parent.type == "function_definition":
            return parent
        parent = parent.parent
    return None


def enclosing_method(node: Node) -> tuple[Node, Node] | None:
    """The method that a place is in, nested functions left behind, and its class."""
    function = enclosing_function(node)
    while function is not None:
        cls = enclosing_class(function)
        if cls is not None:
            return function, cls
        function = enclosing_function(function)
    return None


def first_parameter(analysis: Analysis, function: Node) -> str:
    """``self`` or ``cls`` under the name that it has."""
    found = parameters(analysis, function).positional
    return found[0][0] if found else ""


def parameters(analysis: Analysis, function: Node) -> Parameters:
    """The parameters of a function or lambda."""
    return kept(analysis, "parameters of", function.id, lambda: _parameters(analysis, function))


def _parameters(analysis: Analysis, function: Node) -> Parameters:
    holder = function.child_by_field_name("parameters")
    positional: list[tuple[str, Node]] = []
    keyword: list[tuple[str, Node]] = []
    rest = open_ended = None
    only_keywords = False
    for node in holder.named_children if holder is not None else []:
        kind = _starred(node)
        if node.type == "keyword_separator":
            only_keywords = True
        elif kind == "list_splat_pattern":
            rest, only_keywords = node, True
        elif kind == "dictionary_splat_pattern":
            open_ended = node
        else:
            name = parameter_name(node)
            if name is not None:
                (keyword if only_keywords else positional).append((analysis.text(name), node))
    return Parameters(tuple(positional), tuple(keyword), rest, open_ended)


def _starred(node: Node) -> str:
    """``*args`` and ``**kwargs``, annotated or not."""
    if node.type == "typed_parameter" and node.named_children:
        return node.named_children[0].type
    return node.type
