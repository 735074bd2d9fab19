"""Turns plans into text edits: nested conversions from the inside out, names spelled, changes merged."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import msgspec
from tree_sitter import Node

from lsp_server.inference.memory import kept
from lsp_server.migrate.plan import Adjustment, Change, Moved, Name, Plan, Replaced
from lsp_server.migrate.spelling import Speller


class Edit(msgspec.Struct, frozen=True):
    """Replace the bytes ``start:end`` by ``text``."""

    start: int
    end: int
    text: str


class Renderer:
    """Renders the plans of one file."""

    def __init__(self, plans: Sequence[Plan | Adjustment], speller: Speller) -> None:
        self._plans = sorted(plans, key=lambda plan: (plan.start, not _is_line(plan), -plan.end))
        self._starts = [plan.start for plan in self._plans]
        self._left_out: set[int] = set()
        """Plans that do not count for the piece that is rendered, by their places."""
        self._speller = speller
        self._data = speller.analysis.document.data
        self._is_double = kept(speller.analysis, "double quotes", 0, lambda: _prefers_double_quotes(self._data))

    def edits(self) -> list[Edit]:
        """The edits of the whole file, in order, none overlapping."""
        return self._within(0, len(self._data) + 1, 0)

    def _within(self, start: int, end: int, first: int) -> list[Edit]:
        """The edits of the plans from the ``first`` on that lie in a range; a plan inside a replaced piece belongs to
        that piece."""
        found: list[Edit] = []
        replaced: list[Change] = []
        for index in range(max(first, bisect_left(self._starts, start)), bisect_right(self._starts, end)):
            plan = self._plans[index]
            replaced = [change for change in replaced if change.end >= plan.start]
            if plan.end > end or index in self._left_out or any(_covers(change, plan) for change in replaced):
                continue
            for change in plan.changes:
                if change.end > change.start:
                    replaced.append(change)
                text = self._text(change, index + 1)
                found.append(Edit(change.start, change.end, self._quoted(change.start, text)))
        return sorted(found, key=lambda edit: (edit.start, edit.end > edit.start, edit.end))

    def _quoted(self, offset: int, text: str) -> str:
        """Before Python 3.12 what stands in an f-string must do without the f-string's own quotes."""
        if '"' not in text and "'" not in text:
            return text
        node = self._speller.analysis.document.node_at(offset)
        while node.parent is not None and node.type != "interpolation" and not node.type.endswith("_statement"):
            node = node.parent
        holder = node.parent if node.type == "interpolation" else None
        opening = holder.child(0) if holder is not None else None
        quote = self._data[opening.end_byte - 1 : opening.end_byte].decode() if opening is not None else ""
        other = "'" if quote == '"' else '"'
        return text.replace(quote, other) if quote and quote in text and other not in text else text

    def _text(self, change: Change, first: int) -> str:
        pieces: list[str] = []
        for part in change.parts:
            if isinstance(part, str):
                pieces.append(_double_quoted(part) if self._is_double else part)
            elif isinstance(part, Name):
                pieces.append(self._speller.spell(part.symbol))
            elif isinstance(part, Moved):
                # what a plan takes along from before its own place: none of the plans around it lies there
                inner = 0 if part.node.end_byte <= self._starts[first - 1] else first
                top, *others = self._node(part.node, inner).splitlines(keepends=True) or [""]
                shifted = [part.after + line.removeprefix(part.before) if line.strip() else line for line in others]
                pieces += [top, *shifted]
            elif isinstance(part, Replaced):
                pieces.append(self._without_replacement(part.node, first))
            else:
                pieces.append(self._node(part, first))
        return "".join(pieces)

    def _without_replacement(self, node: Node, first: int) -> str:
        """A piece as it is without what adjustments put in its place."""
        start = node.start_byte
        here = range(max(first, bisect_left(self._starts, start)), bisect_right(self._starts, start))
        left_out = {index for index in here if _replaces(self._plans[index], node)} - self._left_out
        self._left_out |= left_out
        text = self._node(node, first)
        self._left_out -= left_out
        return text

    def _node(self, node: Node, first: int) -> str:
        start, end = node.start_byte, node.end_byte
        return apply(self._data, self._within(start, end, first), start, end)


def _prefers_double_quotes(data: bytes) -> bool:
    return data.count(b'"') - 3 * data.count(b'"""') > data.count(b"'")


def _double_quoted(text: str) -> str:
    """What rules write, in the quotes that the file has; comments stay."""
    if '"' in text or "\\" in text or text.count("'") % 2 or text.lstrip().startswith("#"):
        return text
    return text.replace("'", '"')


def _is_line(plan: Plan | Adjustment) -> bool:
    return isinstance(plan, Adjustment) and plan.is_line


def _replaces(plan: Plan | Adjustment, node: Node) -> bool:
    return isinstance(plan, Adjustment) and (plan.start, plan.end) == (node.start_byte, node.end_byte)


def _covers(change: Change, plan: Plan | Adjustment) -> bool:
    if plan.start == plan.end:
        # lines that are inserted where another change ends are not a part of it
        return change.start < plan.start < change.end
    return change.start <= plan.start and plan.end <= change.end


def apply(data: bytes, edits: Sequence[Edit], start: int = 0, end: int | None = None) -> str:
    """A piece of text with its edits applied; they must be in order and must not overlap."""
    stop = len(data) if end is None else end
    pieces: list[bytes] = []
    position = start
    for edit in edits:
        pieces.append(data[position : edit.start])
        pieces.append(edit.text.encode("utf-8", "surrogatepass"))
        position = max(position, edit.end)
    pieces.append(data[position:stop])
    return b"".join(pieces).decode("utf-8", "surrogatepass")
