"""Notebooks: the code cells of one as a single Python text, and edits of that text back into the cells."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from lsp_server.migrate.edits import Edit, apply
from lsp_server.syntax.document import encode

_PYTHON_BODIES = {"time", "timeit", "capture", "prun", "debug", "python", "python3"}
"""Cell magics whose cell is still Python of this notebook."""
_MAGIC = re.compile(rb"[ \t]*(?:[%!?]|[A-Za-z_][\w, \t]*=[ \t]*[%!](?!=))|.*\w\?{1,2}[ \t\r]*$")
"""``%matplotlib inline``, ``!pip install``, ``files = !ls``, ``torch.cat?``."""


class Cell(msgspec.Struct, frozen=True):
    """A code cell: its place in the notebook and in the joined text, and where Python begins in it."""

    index: int
    data: bytes
    start: int
    body: int | None
    """None if nothing in it is Python."""

    @property
    def end(self) -> int:
        return self.start + len(self.data)


class Notebook(msgspec.Struct):
    """A notebook that was read. ``text`` has magics hidden behind statements of equal length."""

    content: dict[str, Any]
    cells: tuple[Cell, ...]
    text: bytes
    indent: int | None
    ascii: bool
    end: str


class NoNotebook(ValueError):
    """What is not the JSON of a notebook of Python."""


def read(data: bytes) -> Notebook:
    """Raises `NoNotebook`."""
    try:
        text = data.decode("utf-8")
        content = json.loads(text)
        cells = content["cells"]
        language = content.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        found: list[Cell] = []
        pieces: list[bytes] = []
        start = 0
        for index, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                source = encode("".join(cell["source"]))
                hidden, body = _hidden(source)
                found.append(Cell(index, source, start, body))
                pieces.append(hidden + b"\n")
                start += len(hidden) + 1
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise NoNotebook(str(error)) from error
    if str(language).lower() != "python":
        raise NoNotebook(str(language))
    line = re.search(r"\{\r?\n( +)", text)
    end = text[len(text.rstrip()) :]
    return Notebook(content, tuple(found), b"".join(pieces), len(line[1]) if line else None, text.isascii(), end)


def _hidden(source: bytes) -> tuple[bytes, int | None]:
    """A cell with what is not Python taken out of sight, byte for byte, and where its Python begins."""
    lines = source.splitlines(keepends=True)
    body = 0
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].lstrip().startswith(b"%%"):
        name = lines[first].lstrip()[2:].split(None, 1)
        if not name or name[0].decode("utf-8", "replace") not in _PYTHON_BODIES:
            return b"".join(_comment(line) for line in lines), None
        body = sum(len(line) for line in lines[: first + 1])
    result: list[bytes] = []
    continued = False
    for line in lines:
        if continued:
            result.append(_comment(line))
        elif _MAGIC.match(line) and not line.lstrip().startswith(b"#"):
            result.append(_statement(line))
            continued = True
        else:
            result.append(line)
        continued = continued and line.rstrip().endswith(b"\\")
    return b"".join(result), body


def _comment(line: bytes) -> bytes:
    content = line.strip()
    before = len(line) - len(line.lstrip())
    return line[:before] + b"#" + b" " * (len(content) - 1) + line[before + len(content) :] if content else line


def _statement(line: bytes) -> bytes:
    """A number and a comment: a line that may be all that a block has."""
    content = line.strip()
    before = len(line) - len(line.lstrip())
    hidden = (b"0#" + b" " * len(content))[: len(content)]
    return line[:before] + hidden + line[before + len(content) :]


def write(notebook: Notebook, edits: Sequence[Edit]) -> bytes:
    """The notebook with edits of its joined text; outputs, metadata and the layout of the JSON stay."""
    for cell, own in _by_cell(notebook.cells, edits).items():
        text = apply(cell.data, own)
        held = notebook.content["cells"][cell.index]
        held["source"] = text.splitlines(keepends=True) if isinstance(held["source"], list) else text
    separators = None if notebook.indent is not None else (",", ":")
    ascii_only = notebook.ascii and all(edit.text.isascii() for edit in edits)
    text = json.dumps(notebook.content, indent=notebook.indent, ensure_ascii=ascii_only, separators=separators)
    return encode(text + notebook.end)


def _by_cell(cells: Sequence[Cell], edits: Sequence[Edit]) -> dict[Cell, list[Edit]]:
    """Each edit in its cell. New lines never go above a cell magic, nor into a cell of another language."""
    found: dict[Cell, list[Edit]] = {}
    for edit in edits:
        cell = next(cell for cell in reversed(cells) if cell.start <= edit.start)
        start, end = edit.start - cell.start, edit.end - cell.start
        text = edit.text
        if start == end and cell.body is None:
            others = [one for one in cells if one.body is not None]
            cell = next((one for one in others if one.start > cell.start), others[-1])
            start = end = cell.body or 0
        elif start == end and start < (cell.body or 0):
            start = end = cell.body or 0
        if start > len(cell.data):
            start = end = len(cell.data)
        found.setdefault(cell, []).append(Edit(start, min(end, len(cell.data)), text))
    return found


def place(notebook: Notebook, offset: int) -> tuple[int, int, int]:
    """The number of a code cell (from 1), and line and column in it, both from 0."""
    number, cell = next(
        (number, cell) for number, cell in reversed(list(enumerate(notebook.cells, 1))) if cell.start <= offset
    )
    before = cell.data[: offset - cell.start]
    line = before.count(b"\n")
    return number, line, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
