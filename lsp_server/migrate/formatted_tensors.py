"""Tensors in formatted text: ``f"{loss:.4f}"``, ``"{:.4f}".format(loss)``.

torch formats the number of a tensor of one; MindSpore's Tensor knows no format, so its ``item()`` is asked for.
"""

from __future__ import annotations

import string
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import Instance
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern

_PIECES = Pattern("(interpolation (format_specifier)) @piece")
_CALLS = Pattern("(call function: (attribute object: (string) attribute: (identifier) @name)) @call")
_ATOMS = ("identifier", "attribute", "call", "subscript", "parenthesized_expression")


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``.item()`` behind every tensor that is formatted."""
    for piece in _PIECES.captures(analysis.document.root, "piece"):
        value = piece.child_by_field_name("expression") or piece.named_children[0]
        if piece.child_by_field_name("type_conversion") is None and _is_tensor(analysis, value):
            yield from _number(value)
    for call in _CALLS.captures(analysis.document.root, "call"):
        function = call.child_by_field_name("function")
        name = function.child_by_field_name("attribute") if function is not None else None
        text = function.child_by_field_name("object") if function is not None else None
        if name is None or text is None or analysis.text(name) != "format":
            continue
        for value in _formatted(analysis, call, analysis.text(text)):
            if _is_tensor(analysis, value):
                yield from _number(value)


def _formatted(analysis: Analysis, call: Node, text: str) -> Iterator[Node]:
    """The arguments of ``format`` that the text gives a format."""
    given = argument_nodes(call)
    if any("splat" in one.type for one in given):
        return
    names = {
        analysis.text(name): value
        for one in given
        if (name := one.child_by_field_name("name")) is not None
        and (value := one.child_by_field_name("value")) is not None
        and one.type == "keyword_argument"
    }
    try:
        fields = [(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        return
    for index, (name, spec) in enumerate(fields):
        place = int(name) if name.isdecimal() else index if not name else len(given)
        found = names.get(name) or (given[place] if place < len(given) else None)
        if spec and found is not None and found.type != "keyword_argument":
            yield found


def _is_tensor(analysis: Analysis, node: Node) -> bool:
    value = analysis.value(node).value
    return isinstance(value, Instance) and value.cls == "torch.Tensor"


def _number(value: Node) -> Iterator[Adjustment]:
    start, end = value.start_byte, value.end_byte
    if value.type in _ATOMS:
        yield Adjustment(start, end, (Change(end, end, (".item()",)),))
    else:
        yield Adjustment(start, end, (Change(start, start, ("(",)), Change(end, end, (").item()",))))
