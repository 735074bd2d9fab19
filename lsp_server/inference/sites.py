"""Where the statements and expressions of a file stand that many look for, found in one walk through its tree.

Walking a tree costs more than what is found in it. What is found is kept by unit, so that after an edit only changed
units are walked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

from tree_sitter import Node

from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_SITES = Pattern(
    """
    (attribute) @attribute
    (import_statement) @import
    (import_from_statement) @import
    (class_definition superclasses: (argument_list)) @class
    (class_definition superclasses: (argument_list [(identifier) (attribute)] @base))
    (expression_statement [(assignment) (augmented_assignment)] @write)
    """
)
Kind = Literal["attribute", "import", "class", "base", "write"]
"""Attributes; statements that import; classes with bases; their bases, if these are names; statements that assign."""
Sites = dict[str, list[Node]]


def of_unit(analysis: Analysis, index: int) -> Sites:
    """The sites of one unit."""
    known = _cache(analysis)
    found = known.get(index)
    if found is None:
        unit = analysis.outline.units[index]
        captured = _SITES.all_captures(analysis.outline.nodes[index], unit.start, unit.end)
        found = known[index] = {
            kind: [node for node in nodes if unit.start <= node.start_byte < unit.end]
            for kind, nodes in captured.items()
        }
    return found


def of_file(analysis: Analysis, kind: Kind) -> Sequence[Node]:
    """All sites of a kind, in the order of the units."""
    joined = cast("dict[Kind, list[Node]]", analysis.caches.setdefault("sites of the file", {}))
    found = joined.get(kind)
    if found is None:
        known = _cache(analysis)
        if not known:
            find_all(analysis)
        found = joined[kind] = []
        for index in range(len(analysis.outline.units)):
            of_one = known.get(index)
            found += (of_one if of_one is not None else of_unit(analysis, index)).get(kind, ())
    return found


def find_all(analysis: Analysis) -> None:
    """The sites of all units, from one walk through the file; nothing where some are known already."""
    outline, known = analysis.outline, _cache(analysis)
    if known:
        return
    known.update((index, {}) for index in range(len(outline.units)))
    starts = outline.starts
    for kind, nodes in _SITES.all_captures(analysis.document.root).items():
        for node in nodes:
            index = bisect_right(starts, node.start_byte) - 1
            if index >= 0:
                known[index].setdefault(kind, []).append(node)


def _cache(analysis: Analysis) -> dict[int, Sites]:
    return cast("dict[int, Sites]", analysis.caches.setdefault("sites", {}))
