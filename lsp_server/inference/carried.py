"""Answers that a version of a file takes over from earlier ones, with their places moved to its own tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec
from tree_sitter import Node

from lsp_server.inference.questions import Key
from lsp_server.inference.units import definition_of
from lsp_server.inference.values import Source

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.versions import Memory

ABSENT = object()


class _Lost(Exception):
    """A place is in a piece of the file that has changed."""


class Carried:
    """What an analysis may take from the memory, as long as the memory is that of its version."""

    def __init__(self, analysis: Analysis, memory: Memory, barred: set[Key]) -> None:
        self.analysis = analysis
        self.memory = memory
        self.stamp = memory.stamp
        self.barred = barred
        """Questions that what has changed may answer otherwise."""

    def recall(self, key: Key, owner: Node) -> Any:
        """The answer of an earlier version; `ABSENT` if there is none that still holds. Several classes of a file may
        have one name: ``owner`` must be the one that was asked."""
        memory = self.memory
        if memory.stamp != self.stamp or key in self.barred or key not in memory.readers:
            return ABSENT
        found = memory.answers.get(key)
        if found is None:
            return ABSENT
        old, asked, answer = found
        if key.owner and _place(old, asked) != _place(self.analysis, owner):
            return ABSENT
        try:
            return self._moved(answer, old)
        except _Lost:
            return ABSENT

    def _moved(self, value: Any, old: Analysis) -> Any:
        if isinstance(value, Source):
            return self._source(value, old)
        if isinstance(value, tuple):
            return tuple(self._moved(item, old) for item in cast("tuple[Any, ...]", value))
        if isinstance(value, msgspec.Struct):
            fields = {field: getattr(value, field) for field in value.__struct_fields__}
            moved = {field: self._moved(item, old) for field, item in fields.items()}
            return value if all(moved[field] is fields[field] for field in fields) else type(value)(**moved)
        return value

    def _source(self, source: Source, old: Analysis) -> Source:
        if source.analysis is not old:
            if self.memory.others.get(str(source.analysis.path)) is not source.analysis:
                raise _Lost
            return source
        node = source.node
        place = old.outline.at(node.start_byte)
        outline = self.analysis.outline
        index = outline.index.get(old.outline.units[place].serial) if place >= 0 else None
        if index is None:
            raise _Lost
        definition = definition_of(old.outline.nodes[place])
        if node == definition:
            return Source(self.analysis, definition_of(outline.nodes[index]))
        start = outline.starts[index] + node.start_byte - old.outline.starts[place]
        moved = self._node(start, start + node.end_byte - node.start_byte, node.type)
        return Source(self.analysis, moved)

    def _node(self, start: int, end: int, kind: str) -> Node:
        found = self.analysis.document.root.named_descendant_for_byte_range(start, end)
        while found is not None and (found.start_byte, found.end_byte) == (start, end):
            if found.type == kind:
                return found
            found = found.parent
        raise _Lost


def _place(analysis: Analysis, node: Node) -> tuple[int, int]:
    """The serial of the unit that a node begins in, and where in it."""
    outline = analysis.outline
    index = outline.at(node.start_byte)
    return (outline.units[index].serial, node.start_byte - outline.starts[index]) if index >= 0 else (-1, 0)
