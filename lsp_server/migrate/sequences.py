"""Operators of ``Sequential`` and ``ModuleList``, which MindSpore's containers lack.

Facts, from running MindSpore 2.10: ``SequentialCell`` has neither ``+`` nor ``*``, with or without ``=``; ``CellList``
takes ``+=`` of a list, and of no other container.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import Instance, SymbolRef
from lsp_server.messages import migration as messages
from lsp_server.migrate.buffer_updates import Stopped
from lsp_server.migrate.plan import Adjustment, Change, Name, Part, Reason
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import scope_of

_OPERATIONS = Pattern("[(augmented_assignment) (binary_operator)] @operation")
_OPERATORS = {"+", "+=", "*", "*="}
"""Those that torch's have."""
_SEQUENCE, _LIST = "torch.nn.Sequential", "torch.nn.ModuleList"
_NAMES = ("identifier", "attribute")


def adjustments(analysis: Analysis, stopped: list[Stopped]) -> Iterator[Adjustment]:
    """What cannot be said otherwise is put into ``stopped``."""
    data = analysis.document.data
    if b"Sequential" not in data and b"ModuleList" not in data:
        return
    for node in _OPERATIONS.captures(analysis.document.root, "operation"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None or operator.type not in _OPERATORS:
            continue
        holder = _holder(analysis, left)
        if not holder:
            continue
        parts = _said(analysis, node, analysis.text(operator), holder, left, right)
        if parts is None:
            values = (("symbol", holder), ("operator", analysis.text(operator)))
            stopped.append(Stopped(operator.start_byte, holder, Reason("TS302", messages.CONTAINER_OPERATOR, values)))
        elif parts:
            yield Adjustment(node.start_byte, node.end_byte, (Change(node.start_byte, node.end_byte, parts),))


def _holder(analysis: Analysis, node: Node) -> str:
    value = analysis.value(node).value
    return value.cls if isinstance(value, Instance) and value.cls in (_SEQUENCE, _LIST) else ""


def _said(
    analysis: Analysis, node: Node, operator: str, holder: str, left: Node, right: Node
) -> tuple[Part, ...] | None:
    """None: nothing does the same. Nothing: it stays as it is."""
    if operator == "+":
        if holder == _SEQUENCE:
            return (Name("mindspore.nn.SequentialCell"), "(*", left, ", *", right, ")")
        return (Name("mindspore.nn.CellList"), "([*", left, ", *", right, "])")
    if operator != "+=":
        return None
    if holder == _LIST:
        return (left, " += list(", right, ")") if _holder(analysis, right) else ()
    if node.parent is None or node.parent.type != "expression_statement" or left.type not in _NAMES:
        return None
    lines = analysis.document.lines
    gap = analysis.document.newline + lines.indentation(lines.starts[lines.line_of(node.start_byte)])
    given = _listed(analysis, right)
    if given:
        appended: list[Part] = []
        for index, one in enumerate(given):
            appended += [gap if index else "", left, ".append(", one, ")"]
        return tuple(appended)
    layer = _fresh(analysis, node)
    source: tuple[Part, ...] = (right,) if right.type == "call" else ("list(", right, ")")
    return (f"for {layer} in ", *source, f":{gap}    ", left, f".append({layer})")


def _listed(analysis: Analysis, right: Node) -> list[Node]:
    """The layers of ``nn.Sequential(…)``, written out one by one."""
    function = right.child_by_field_name("function") if right.type == "call" else None
    value = analysis.value(function).value if function is not None else None
    if not isinstance(value, SymbolRef) or value.name != _SEQUENCE:
        return []
    given = argument_nodes(right)
    plain = all(one.type == "call" for one in given) and len(given) > 1
    return given if plain or (len(given) == 1 and _is_layer(analysis, given[0])) else []


def _is_layer(analysis: Analysis, node: Node) -> bool:
    """Whether the only argument is a layer, and no dictionary of them."""
    value = analysis.value(node).value
    return node.type == "call" and isinstance(value, Instance) and value.cls.startswith("torch.nn.")


def _fresh(analysis: Analysis, node: Node) -> str:
    name, bound = "layer", analysis.scope(scope_of(node)).bindings
    while name in bound:
        name = f"{name}_"
    return name
