"""The code cells of a notebook as one Python text; what only IPython understands is out of sight, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_PYTHON_BODIES = {"time", "timeit", "capture", "prun", "debug", "python", "python3"}
"""Cell magics whose cell is still Python of this notebook."""
_MAGIC = re.compile(
    rb"[ \t]*(?:%[A-Za-z_%]|!(?!=)|\?|[A-Za-z_][\w, \t]*=[ \t]*(?:%[A-Za-z_]|!(?!=)))|[ \t]*[\w.*]+\?{1,2}[ \t\r\n]*$"
)
"""``%matplotlib inline``, ``!pip install``, ``files = !ls``, ``torch.cat?``; not a line that goes on with ``% x``."""

_TIMED = re.compile(rb"([ \t]*)%time[ \t]+(?=[^\s-])")
"""``%time y = f(x)``: what follows is a statement of the notebook."""


class CellText(msgspec.Struct, frozen=True):
    """A code cell in the joined text: where it begins, its size, and where Python begins in it."""

    start: int
    size: int
    body: int | None
    """None if nothing in it is Python."""


def joined(sources: Sequence[bytes]) -> tuple[bytes, tuple[CellText, ...]]:
    """One text of all cells, each followed by a line feed."""
    pieces: list[bytes] = []
    cells: list[CellText] = []
    start = 0
    for source in sources:
        text, body = hidden(source)
        cells.append(CellText(start, len(source), body))
        pieces.append(text + b"\n")
        start += len(text) + 1
    return b"".join(pieces), tuple(cells)


def hidden(source: bytes) -> tuple[bytes, int | None]:
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
        elif timed := _TIMED.match(line):
            blank = b" " * (timed.end() - timed.end(1) - 2)
            result.append(timed[1] + b"0;" + blank + line[timed.end() :])
        elif _MAGIC.match(line):
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
    text = (b"0#" + b" " * len(content))[: len(content)]
    return line[:before] + text + line[before + len(content) :]


def placed(cells: Sequence[CellText], start: int, end: int) -> tuple[int, int, int]:
    """The cell of an edit, and the edit's bytes in it.

    New lines never go above a cell magic, nor into a cell of another language: they go to where Python begins, or into
    the next cell that is Python.
    """
    index = next(number for number in reversed(range(len(cells))) if cells[number].start <= start or number == 0)
    cell = cells[index]
    begin, stop = start - cell.start, end - cell.start
    if begin == stop and cell.body is None:
        others = [number for number, one in enumerate(cells) if one.body is not None]
        index = next((number for number in others if number > index), others[-1] if others else index)
        cell = cells[index]
        begin = stop = cell.body or 0
    elif begin == stop and begin < (cell.body or 0):
        begin = stop = cell.body or 0
    return index, min(begin, cell.size), min(stop, cell.size)
