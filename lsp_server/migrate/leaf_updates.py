"""Parameters that are written to, on the way to torch.

MindSpore writes into a Parameter anywhere; torch raises where a leaf that asks for a gradient is changed in place while
operations are recorded, and where its numbers are taken out as an array. Its ``data`` goes unrecorded.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call function: (attribute) @called)")
_WRITES = Pattern("(assignment left: (subscript) @item) (augmented_assignment left: (_) @changed)")
_WRITING = ("assign_value", "assign_value_cpp")
_READING = "asnumpy"
_PARAMETER = "mindspore.Parameter"


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``.data`` behind every Parameter that a method, an item or an operator changes, ``.detach()`` where an array is
    made of it."""
    root = analysis.document.root
    for called in _CALLS.captures(root, "called"):
        held, name = called.child_by_field_name("object"), called.child_by_field_name("attribute")
        if held is None or name is None:
            continue
        method = analysis.text(name)
        is_in_place = method.endswith("_") and not method.startswith("_") and not method.endswith("__")
        if (is_in_place or method in _WRITING) and method != "requires_grad_" and _is_parameter(analysis, held):
            yield _inserted(held, ".data")
        elif method == _READING and _is_parameter(analysis, held):
            yield _inserted(held, ".detach()")
    for node in (one for nodes in _WRITES.all_captures(root).values() for one in nodes):
        held = node.child_by_field_name("value") if node.type == "subscript" else node
        if held is not None and held.type in ("identifier", "attribute") and _is_parameter(analysis, held):
            yield _inserted(held, ".data")


def _is_parameter(analysis: Analysis, node: Node) -> bool:
    value = analysis.value(node).value
    return isinstance(value, Instance) and value.cls == _PARAMETER


def _inserted(node: Node, text: str) -> Adjustment:
    return Adjustment(node.end_byte, node.end_byte, (Change(node.end_byte, node.end_byte, (text,)),))
