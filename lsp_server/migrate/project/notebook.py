"""Notebooks: the code cells of one as a single Python text, and edits of that text back into the cells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from lsp_server.migrate.edits import Edit, apply
from lsp_server.syntax.cells import CellText, joined, placed
from lsp_server.syntax.document import encode

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Cell(msgspec.Struct, frozen=True):
    """A code cell: its source, where that stands in the JSON, and its place in the joined text."""

    data: bytes
    span: tuple[int, int]
    text: CellText

    @property
    def start(self) -> int:
        return self.text.start


class Notebook(msgspec.Struct):
    """A notebook that was read. ``text`` has magics hidden behind statements of equal length."""

    json: str
    cells: tuple[Cell, ...]
    text: bytes


class NoNotebook(ValueError):
    """What is not the JSON of a notebook of Python."""


def read(data: bytes) -> Notebook:
    """Raises `NoNotebook`."""
    try:
        whole = data.decode("utf-8")
        content = json.loads(whole)
        language = content.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        sources = [encode("".join(cell["source"])) for cell in content["cells"] if cell["cell_type"] == "code"]
        spans = [
            span for cell, span in zip(content["cells"], _spans(whole), strict=True) if cell["cell_type"] == "code"
        ]
    except (
        UnicodeDecodeError, json.JSONDecodeError, RecursionError, KeyError, TypeError, AttributeError, ValueError
    ) as error:  # fmt: skip
        raise NoNotebook(str(error)) from error
    if str(language).lower() != "python":
        raise NoNotebook(str(language))
    text, places = joined(sources)
    cells = [Cell(source, span, place) for source, span, place in zip(sources, spans, places, strict=True)]
    return Notebook(whole, tuple(cells), text)


def _spans(whole: str) -> list[tuple[int, int]]:
    """Where the source of each cell stands in the JSON, which is known to be a notebook's."""
    cells = dict(_members(whole, _skipped(whole, 0)))["cells"]
    return [dict(_members(whole, start))["source"] for start, _ in _items(whole, cells[0])]


def _members(whole: str, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The names and the values' places of the object that begins there."""
    at = _skipped(whole, at + 1)
    while whole[at] != "}":
        name, at = _DECODER.raw_decode(whole, at)
        start = _skipped(whole, _skipped(whole, at) + 1)
        end = _DECODER.raw_decode(whole, start)[1]
        yield name, (start, end)
        at = _after_comma(whole, end)


def _items(whole: str, at: int) -> Iterator[tuple[int, int]]:
    """The places of the items of the array that begins there."""
    at = _skipped(whole, at + 1)
    while whole[at] != "]":
        end = _DECODER.raw_decode(whole, at)[1]
        yield at, end
        at = _after_comma(whole, end)


def _after_comma(whole: str, at: int) -> int:
    at = _skipped(whole, at)
    return _skipped(whole, at + 1) if whole[at] == "," else at


def _skipped(whole: str, at: int) -> int:
    """The first place from there on that is no space."""
    found = _SPACE.match(whole, at)
    return found.end() if found is not None else at


def write(notebook: Notebook, edits: Sequence[Edit]) -> bytes:
    """The notebook with edits of its joined text. Only the sources of changed cells are written anew: outputs, metadata
    and the layout of the JSON stay byte for byte."""
    whole = notebook.json
    is_ascii = whole.isascii() and all(edit.text.isascii() for edit in edits)
    changed = _by_cell(notebook.cells, edits)
    for cell, own in sorted(changed.items(), key=lambda one: one[0].span, reverse=True):
        start, end = cell.span
        whole = whole[:start] + _source(apply(cell.data, own), whole[start:end], is_ascii) + whole[end:]
    return encode(whole)


def _source(text: str, old: str, is_ascii: bool) -> str:
    """A source as JSON in the layout that it had: one text, or a list of lines."""

    def written(value: Any) -> str:
        return json.dumps(value, ensure_ascii=is_ascii)

    if not old.startswith("["):
        return written(text)
    items = list(_items(old, 0))
    if not items:
        return written(text.splitlines(keepends=True))
    before, after = old[1 : items[0][0]], old[items[-1][1] : -1]
    between = old[items[0][1] : items[1][0]] if len(items) > 1 else f",{before}"
    return f"[{before}{between.join(map(written, text.splitlines(keepends=True)))}{after}]"


def _by_cell(cells: Sequence[Cell], edits: Sequence[Edit]) -> dict[Cell, list[Edit]]:
    """Each edit in its cell."""
    found: dict[Cell, list[Edit]] = {}
    texts = [cell.text for cell in cells]
    for edit in edits:
        index, start, end = placed(texts, edit.start, edit.end)
        found.setdefault(cells[index], []).append(Edit(start, end, edit.text))
    return found


def place(notebook: Notebook, offset: int) -> tuple[int, int, int]:
    """The number of a code cell (from 1), and line and column in it, both from 0."""
    number, cell = next(
        (number, cell) for number, cell in reversed(list(enumerate(notebook.cells, 1))) if cell.start <= offset
    )
    before = cell.data[: offset - cell.start]
    line = before.count(b"\n")
    return number, line, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
