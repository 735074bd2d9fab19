"""Tree patterns, compiled when they are first used: 2 to 10 ms each, which a server's start need not pay."""

from __future__ import annotations

from functools import cached_property

from tree_sitter import Node, Query, QueryCursor

from lsp_server.syntax.grammar import PYTHON


class Pattern:
    """A tree-sitter query."""

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def _query(self) -> Query:
        return Query(PYTHON, self.source)

    def captures(self, node: Node, name: str, start: int | None = None, end: int | None = None) -> list[Node]:
        """The nodes below a node that are captured under a name; with a range, those that touch it."""
        return self.all_captures(node, start, end).get(name, [])

    def all_captures(self, node: Node, start: int | None = None, end: int | None = None) -> dict[str, list[Node]]:
        return self._cursor(start, end).captures(node)

    def matches(self, node: Node, start: int | None = None, end: int | None = None) -> list[dict[str, list[Node]]]:
        return [captures for _, captures in self._cursor(start, end).matches(node)]

    def _cursor(self, start: int | None, end: int | None) -> QueryCursor:
        cursor = QueryCursor(self._query)
        if start is not None and end is not None:
            cursor.set_byte_range(start, end)
        return cursor
