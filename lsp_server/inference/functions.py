"""The user's functions: what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, classes
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, Constant, Fact, UserFunction, join
from lsp_server.syntax.patterns import Pattern

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_RETURNS = Pattern("(return_statement) @return")


def returned(function: UserFunction) -> Fact:
    """What a user's function gives: its annotation, else all its returns if they agree."""
    return function.definition.analysis.ask(RETURNED, function.definition.node)


def _returned(analysis: Analysis, node: Node, _: str) -> Fact:
    if node.type == "lambda":
        body = node.child_by_field_name("body")
        return analysis.value(body) if body is not None else NOTHING
    annotation = node.child_by_field_name("return_type")
    if annotation is not None:
        found = annotations.fact(analysis, annotation)
        if found is not NOTHING:
            return found
    body = node.child_by_field_name("body")
    if body is None:
        return NOTHING
    facts: list[Fact] = []
    for statement in _RETURNS.captures(body, "return"):
        if classes.enclosing_function(statement) != node:
            continue
        values = [child for child in statement.named_children if child.type != "comment"]
        facts.append(analysis.value(values[0]) if values else Fact(Constant(None)))
    return join(facts) if facts else Fact(Constant(None))


RETURNED = Question("returned", "owner", _returned, NOTHING)
