"""The rate of a parameter group that is written by hand: MindSpore takes a float there, and ignores a tensor.

``group["lr"]`` is a Parameter in MindSpore, so ``group["lr"] * 0.1`` is a tensor; an optimizer looks only whether it
holds a float (seen in mindspore 2.10.0, ``experimental/optim/adamw.py`` and its neighbours).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Part
from lsp_server.syntax.patterns import Pattern

_RATES = Pattern(
    """[
        (assignment left: (subscript subscript: (string)))
        (augmented_assignment left: (subscript subscript: (string)))
    ] @statement"""
)


def adjustments(analysis: Analysis) -> Iterator[Adjustment]:
    """``float(…)`` around what is assigned to the rate of a group."""
    if b"param_groups" not in analysis.document.data:
        return
    for node in _RATES.captures(analysis.document.root, "statement"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or not _is_rate(analysis, left) or right.type == "float":
            continue
        if node.type == "assignment":
            if not analysis.text(right).startswith("float("):
                yield Adjustment(right.start_byte, right.end_byte, (_changed(right, ("float(", right, ")")),))
            continue
        operator = node.child_by_field_name("operator")
        sign = analysis.text(operator).removesuffix("=") if operator is not None else ""
        brackets = ("(", ")") if right.type in ("binary_operator", "conditional_expression") else ("", "")
        parts: tuple[Part, ...] = (left, " = float(", left, f" {sign} {brackets[0]}", right, f"{brackets[1]})")
        yield Adjustment(node.start_byte, node.end_byte, (_changed(node, parts),))


def _changed(node: Node, parts: tuple[Part, ...]) -> Change:
    return Change(node.start_byte, node.end_byte, parts)


def _is_rate(analysis: Analysis, target: Node) -> bool:
    owner, key = target.child_by_field_name("value"), target.child_by_field_name("subscript")
    if owner is None or key is None or analysis.text(key).strip("\"'") != "lr":
        return False
    if ".param_groups[" in analysis.text(owner):
        return True
    node: Node | None = target
    name = re.escape(analysis.text(owner))
    while node is not None and node.type != "function_definition":
        if node.type == "for_statement":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            bound = left is not None and re.search(rf"\b{name}\b", analysis.text(left))
            if bound and right is not None and "param_groups" in analysis.text(right):
                return True
        node = node.parent
    return False
