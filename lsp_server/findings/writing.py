"""Pieces of fixes: names as the file spells them, imports that this takes, statements that are moved."""

from __future__ import annotations

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.imports import added, place_for_imports
from lsp_server.migrate.spelling import Speller


def wrapped(analysis: Analysis, node: Node, symbol: str) -> tuple[Edit, ...]:
    """``node`` becomes ``symbol(node)``."""
    speller = Speller(analysis)
    name = speller.spell(symbol)
    return (
        *imports(speller),
        Edit(node.start_byte, node.start_byte, f"{name}("),
        Edit(node.end_byte, node.end_byte, ")"),
    )


def imports(speller: Speller) -> tuple[Edit, ...]:
    """The import lines that the spelled names need."""
    if not speller.needed:
        return ()
    offset, blank = place_for_imports(speller.analysis)
    return (Edit(offset, offset, added(speller.analysis, list(speller.needed), offset, blank)),)


def whole_lines(analysis: Analysis, node: Node) -> tuple[int, int] | None:
    """The lines of a statement that shares them with nothing else."""
    data = analysis.document.data
    start = data.rfind(b"\n", 0, node.start_byte) + 1
    end = data.find(b"\n", node.end_byte)
    end = len(data) if end < 0 else end + 1
    alone = not data[start : node.start_byte].strip() and not data[node.end_byte : end].strip()
    return (start, end) if alone else None


def indentation(analysis: Analysis, node: Node) -> str:
    return analysis.document.lines.indentation(node.start_byte)


def moved_before(analysis: Analysis, node: Node, anchor: Node) -> tuple[Edit, ...] | None:
    """Move a statement in front of another one of the same block."""
    lines, place = whole_lines(analysis, node), whole_lines(analysis, anchor)
    if lines is None or place is None:
        return None
    text = _with_line_end(analysis, *lines)
    return (Edit(place[0], place[0], text), Edit(*lines, ""))


def moved_after(analysis: Analysis, node: Node, anchor: Node) -> tuple[Edit, ...] | None:
    """Move a statement behind another one of the same block."""
    lines, place = whole_lines(analysis, node), whole_lines(analysis, anchor)
    if lines is None or place is None:
        return None
    text, newline = _with_line_end(analysis, *lines), analysis.document.newline
    if not analysis.document.data[place[0] : place[1]].endswith(b"\n"):
        text = newline + text.removesuffix(newline)
    return (Edit(*lines, ""), Edit(place[1], place[1], text))


def _with_line_end(analysis: Analysis, start: int, end: int) -> str:
    text = analysis.document.slice(start, end)
    return text if text.endswith("\n") else text + analysis.document.newline
