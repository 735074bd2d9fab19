"""Parameters that are written to, on the way to torch.

MindSpore writes into a Parameter anywhere; torch raises where a leaf that asks for a gradient is changed in place while
operations are recorded, and where its numbers are taken out as an array. Its ``data`` goes unrecorded.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.definitions import enclosing_method
from lsp_server.inference.values import Instance
from lsp_server.migrate.plan import Adjustment, Change
from lsp_server.syntax.patterns import Pattern

_CALLS = Pattern("(call function: (attribute) @called)")
_WRITES = Pattern("(assignment left: (subscript) @item) (augmented_assignment left: (_) @changed)")
_SETTINGS = Pattern("(assignment left: (attribute) right: (_)) @assignment")
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
    for assignment in _SETTINGS.captures(root, "assignment"):
        left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
        if left is not None and right is not None and _keeps_parameter(analysis, left, right):
            yield _inserted(left, ".data")


def _keeps_parameter(analysis: Analysis, left: Node, right: Node) -> bool:
    """Whether a tensor is assigned to an attribute that its class makes a Parameter that is not trained: torch takes
    no other object under that name."""
    method = enclosing_method(left)
    if method is None or right.type == "none" or analysis.text(right).partition("(")[0].endswith("Parameter"):
        return False
    for assignment in _SETTINGS.captures(method[1], "assignment"):
        made = assignment.child_by_field_name("right")
        named = assignment.child_by_field_name("left")
        if made is not None and named is not None and analysis.text(named) == analysis.text(left):
            called, _, given = analysis.text(made).partition("(")
            if called.endswith("Parameter") and "requires_grad=False" in given:
                return True
    return False


def _is_parameter(analysis: Analysis, node: Node) -> bool:
    value = analysis.value(node).value
    return isinstance(value, Instance) and value.cls == _PARAMETER


def _inserted(node: Node, text: str) -> Adjustment:
    return Adjustment(node.end_byte, node.end_byte, (Change(node.end_byte, node.end_byte, (text,)),))
