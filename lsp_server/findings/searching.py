"""Where the statements and members of a file match a pattern: only those are searched whose text has a word of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.reuse import renew
from lsp_server.syntax.patterns import Pattern

BUFFERS = re.compile(rb"register_buffer")
MINDSPORE = re.compile(rb"mindspore")
TORCH = re.compile(rb"torch")
Told = re.Pattern[bytes]
"""What the text of a unit has if the pattern matches in it; it looks at nothing outside of what it finds."""


def units_with(analysis: Analysis, told: Told) -> list[int]:
    """The indices of the units whose text tells."""
    cache = cast("dict[Told, list[int]]", analysis.caches.setdefault("findings.told", {}))
    found = cache.get(told)
    if found is None:
        if analysis.project.has_versions:
            found = renew(analysis).telling(told)
        elif told.search(analysis.document.data) is None:
            found = []
        else:
            found = [index for index, unit in enumerate(analysis.outline.units) if told.search(unit.text)]
        cache[told] = found
    return found


def has(analysis: Analysis, told: Told) -> bool:
    """Whether the text of any unit tells."""
    return renew(analysis).is_told(told) if analysis.project.has_versions else bool(units_with(analysis, told))


def matches(analysis: Analysis, pattern: Pattern, told: Told) -> Iterator[dict[str, list[Node]]]:
    """The matches of a pattern in the file, unit by unit."""
    outline = analysis.outline
    for index in units_with(analysis, told):
        unit = outline.units[index]
        for captures in pattern.matches(outline.nodes[index], unit.start, unit.end):
            if all(unit.start <= nodes[0].start_byte < unit.end for nodes in captures.values()):
                yield captures


def captures(analysis: Analysis, pattern: Pattern, name: str, told: Told) -> Iterator[Node]:
    """The nodes of the file that are captured under a name, unit by unit."""
    outline = analysis.outline
    for index in units_with(analysis, told):
        unit = outline.units[index]
        for node in pattern.captures(outline.nodes[index], name, unit.start, unit.end):
            if unit.start <= node.start_byte < unit.end:
                yield node
