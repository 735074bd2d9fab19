"""Answers without their places in a tree, so that those of two versions of a file can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from tree_sitter import Node

from lsp_server.inference.values import Fact, Source

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_DEFINITIONS = ("function_definition", "class_definition")


def digest(answer: Any) -> Any:
    """Equal for answers that mean the same; hashable."""
    if isinstance(answer, Source):
        return _source(answer)
    if isinstance(answer, Fact):
        return (answer.certain, digest(answer.value))
    if isinstance(answer, tuple):
        items = cast("tuple[Any, ...]", answer)
        return tuple(digest(item) for item in items)
    if isinstance(answer, msgspec.Struct):
        return (type(answer).__name__, *(digest(getattr(answer, field)) for field in answer.__struct_fields__))
    return answer


def _source(source: Source) -> Any:
    """A definition by its path of names and its head, anything else by its text."""
    node = source.node
    analysis = source.analysis
    if node.type not in _DEFINITIONS:
        return (str(analysis.path), source.text)
    body = node.child_by_field_name("body")
    outer = node.parent if node.parent is not None and node.parent.type == "decorated_definition" else node
    head = analysis.document.data[outer.start_byte : body.start_byte if body is not None else outer.end_byte]
    return (str(analysis.path), path_of(analysis, node), head)


def path_of(analysis: Analysis, node: Node) -> str:
    """The names of a definition and of those around it, as in ``__qualname__``."""
    known = analysis.paths.get(node.id)
    if known is None:
        names: list[str] = []
        current: Node | None = node
        while current is not None:
            if current.type in _DEFINITIONS:
                name = current.child_by_field_name("name")
                names.append(analysis.text(name) if name is not None else "?")
            current = current.parent
        known = analysis.paths[node.id] = ".".join(reversed(names))
    return known
