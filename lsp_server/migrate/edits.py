"""Turns plans into text edits: nested conversions from the inside out, names spelled, changes merged."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from tree_sitter import Node

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
        self._speller = speller
        self._data = speller.analysis.document.data
        self._is_double = _prefers_double_quotes(self._data)

    def edits(self) -> list[Edit]:
        """The edits of the whole file, in order, none overlapping."""
        return self._within(0, len(self._data) + 1, self._plans)

    def _within(self, start: int, end: int, plans: Sequence[Plan | Adjustment]) -> list[Edit]:
        """The edits of the plans that lie in a range; a plan inside a replaced piece belongs to that piece."""
        found: list[Edit] = []
        replaced: list[Change] = []
        for index, plan in enumerate(plans):
            if plan.start < start or plan.end > end or any(_covers(change, plan) for change in replaced):
                continue
            inner = plans[index + 1 :]
            for change in plan.changes:
                if change.end > change.start:
                    replaced.append(change)
                text = self._text(change, inner)
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

    def _text(self, change: Change, plans: Sequence[Plan | Adjustment]) -> str:
        pieces: list[str] = []
        for part in change.parts:
            if isinstance(part, str):
                pieces.append(_double_quoted(part) if self._is_double else part)
            elif isinstance(part, Name):
                pieces.append(self._speller.spell(part.symbol))
            elif isinstance(part, Moved):
                first, *others = self._node(part.node, plans).splitlines(keepends=True) or [""]
                shifted = [part.after + line.removeprefix(part.before) if line.strip() else line for line in others]
                pieces += [first, *shifted]
            elif isinstance(part, Replaced):
                pieces.append(self._node(part.node, [one for one in plans if not _replaces(one, part.node)]))
            else:
                pieces.append(self._node(part, plans))
        return "".join(pieces)

    def _node(self, node: Node, plans: Sequence[Plan | Adjustment]) -> str:
        start, end = node.start_byte, node.end_byte
        return apply(self._data, self._within(start, end, plans), start, end)


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
