"""Slices with a step, in a form that MindSpore's CPU differentiates.

MindSpore 2.10.0 on the CPU raises in the backward pass of ``x[:, ::2]`` (``StridedSliceGrad``: memory out of bounds)
wherever the axis with the step is neither the first nor the last; measured in 2 to 5 dimensions. ``index_select`` picks
the same items and has a gradient.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.facts import is_tensor
from lsp_server.migrate.lookups import is_written
from lsp_server.migrate.plan import Adjustment, Change, Name, Part
from lsp_server.migrate.target import Target
from lsp_server.migrate.views import is_chain

_STEP = re.compile(rb":[\s\\]*(?:#[^\n]*\n[\s\\]*)*:")
"""What every slice that is rewritten here has: a step and no end."""


def adjustments(analysis: Analysis, target: Target) -> Iterator[Adjustment]:
    """The subscripts of tensors that are read with a step on a middle axis."""
    if target.device not in ("any", "CPU"):
        return
    for node in _subscripts(analysis):
        held, indices = node.child_by_field_name("value"), node.children_by_field_name("subscript")
        if held is None or not any(_is_stepped(analysis, one) for one in indices):
            continue
        if is_written(node) or _is_changed(analysis, node):
            continue
        fact = analysis.value(held)
        if not is_chain(held) or not is_tensor(fact) or not fact.certain:
            continue
        parts = _selected(analysis, held, indices)
        if parts:
            yield Adjustment(node.start_byte, node.end_byte, (Change(node.start_byte, node.end_byte, parts),))


def _subscripts(analysis: Analysis) -> list[Node]:
    """What is read with a step somewhere, in the order of the file; the outer one of two goes first."""
    found: dict[int, Node] = {}
    root = analysis.document.root
    for match in _STEP.finditer(analysis.document.data):
        node = root.named_descendant_for_byte_range(*match.span())
        holder = node.parent if node is not None and node.type == "slice" else None
        if holder is not None and holder.type == "subscript":
            found[holder.id] = holder
    return sorted(found.values(), key=lambda node: (node.start_byte, -node.end_byte))


def _is_changed(analysis: Analysis, node: Node) -> bool:
    """Whether a call writes to it: ``x[:, ::2].add_(y)`` and ``out=x[:, ::2]`` become assignments to it, ``x[:, ::2] =
    x[:, ::2].add(y)``, which is left as it is then."""
    statement: Node | None = node.parent
    while statement is not None and statement.type in ("attribute", "call", "argument_list", "keyword_argument"):
        statement = statement.parent
    left = statement.child_by_field_name("left") if statement is not None and statement.type == "assignment" else None
    if left is not None and analysis.text(left) == analysis.text(node):
        return True
    parent = node.parent
    name = parent.child_by_field_name("attribute" if parent.type == "attribute" else "name") if parent else None
    text = analysis.text(name) if name is not None else ""
    return text == "out" or (text.endswith("_") and not text.endswith("__"))


def _is_stepped(analysis: Analysis, index: Node) -> bool:
    return index.type == "slice" and _bounds(analysis, index)[2] != "1"


def _bounds(analysis: Analysis, index: Node) -> tuple[str, str, str]:
    """Start, stop and step of a slice as they are written."""
    bounds = ["", "", ""]
    place = 0
    for child in index.children:
        if child.type == ":":
            place += 1
        else:
            bounds[place] = analysis.text(child)
    return bounds[0], bounds[1], bounds[2] or "1"


def _selected(analysis: Analysis, held: Node, indices: Sequence[Node]) -> tuple[Part, ...]:
    """The steps of the middle axes as ``index_select``, behind them what else is sliced; nothing where an index is no
    plain slice, where its bounds are more than numbers, or where all steps have a gradient."""
    dots = [place for place, one in enumerate(indices) if one.type == "ellipsis"]
    if len(dots) > 1 or any(one.type not in ("slice", "ellipsis") for one in indices):
        return ()
    parts: list[Part] = []
    rest: list[str] = []
    for place, one in enumerate(indices):
        text = analysis.text(one)
        # counted from the end behind the dots
        axis = place - len(indices) if dots and place > dots[0] else place
        if not _is_stepped(analysis, one) or axis in (0, -1):
            rest.append(text)
            continue
        start, stop, step = _bounds(analysis, one)
        if stop or not (start or "0").isdecimal() or not step.isdecimal():
            return ()
        parts += [f".index_select({axis}, ", Name("mindspore.ops.arange"), f"({start or 0}, "]
        parts += [held, f".shape[{axis}], {step}))"]
        rest.append(":")
    if not parts:
        return ()
    is_whole = all(one in (":", "...") for one in rest)
    return (held, *parts, *(() if is_whole else (f"[{', '.join(rest)}]",)))
