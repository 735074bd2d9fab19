"""Expressions as functions: a node is turned into a function once and run as often as the program does.

The functions take a frame and give a value; what is not understood gives `UNKNOWN`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.state.frames import Frame
from lsp_server.state.values import UNKNOWN, Value

Code = Callable[[Frame], Value]
Handlers = dict[str, Callable[[Analysis, Node], Code]]
"""By type of node."""


@cache
def _handlers() -> Handlers:
    """Loaded when the first expression is met: expressions hold calls, which run blocks of expressions."""
    from lsp_server.state import comprehensions, expressions, strings

    return {**expressions.HANDLERS, **strings.HANDLERS, **comprehensions.HANDLERS}


def code(analysis: Analysis, node: Node) -> Code:
    """The function of an expression node."""
    known = cast("dict[int, Code]", analysis.caches.setdefault("state.expressions", {}))
    if node.id not in known:
        handler = _handlers().get(node.type)
        known[node.id] = handler(analysis, node) if handler is not None else unknown
    return known[node.id]


def unknown(frame: Frame) -> Value:
    return UNKNOWN


def field(analysis: Analysis, node: Node, name: str) -> Code:
    """The function of a named part of a node."""
    child = node.child_by_field_name(name)
    return code(analysis, child) if child is not None else unknown


def children(node: Node) -> list[Node]:
    """The parts of a node, comments and the signs of continued lines left out."""
    return [child for child in node.named_children if child.type not in ("comment", "line_continuation")]
