"""Statements that only MindSpore's steps needed: lists of weights, gradient operations, prefixes of names."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance
from lsp_server.migrate.training.detect import methods
from lsp_server.migrate.training.eager.detect import GradFunction, occurrences
from lsp_server.migrate.training.variables import field, text


def leftovers(analysis: Analysis, taken: Sequence[GradFunction], gone: Sequence[Node]) -> list[Node]:
    """What nothing reads any more once the statements in ``gone`` are."""
    found: list[Node] = []
    extents = [(node.start_byte, node.end_byte) for node in (*gone, *(one.node for one in taken))]
    for one in taken:
        function = field(one.node, "function")
        for node in (one.weights, function):
            statement = _made_by(node) if node is not None else None
            if node is None or statement is None:
                continue
            places = [place for place in occurrences(node) if not _within(place, (statement,))]
            if all(any(start <= place.start_byte < end for start, end in extents) for place in places):
                found.append(statement)
    for method in methods(analysis, ("update_parameters_name",)):
        value = analysis.value(method.receiver).value
        if isinstance(value, Instance) and any(
            base.endswith(".Optimizer") for base in analysis.catalog.lineage(value.cls)
        ):
            found.append(method.statement)
    return found


def _made_by(node: Node) -> Node | None:
    """The only assignment of a variable."""
    if node.type not in ("identifier", "attribute"):
        return None
    found: list[Node] = []
    for place in occurrences(node):
        parent = place.parent
        if parent is not None and parent.type == "assignment" and field(parent, "left") == place:
            found.append(parent)
    if len(found) != 1 or found[0].parent is None or found[0].parent.type != "expression_statement":
        return None
    return found[0].parent


def _within(node: Node, others: Sequence[Node]) -> bool:
    return any(one.start_byte <= node.start_byte < one.end_byte for one in others)


def value_of(node: Node) -> Node:
    """What a variable was given, if that is one thing; itself otherwise."""
    statement = _made_by(node)
    value = field(statement.named_children[0], "right") if statement is not None else None
    return value if value is not None and text(value) != text(node) else node
