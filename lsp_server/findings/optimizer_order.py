"""Optimizers, and what happens to their module after they were made: the ground of TS122 and TS123."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.searching import matches
from lsp_server.findings.writing import moved_after
from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

_MADE = Pattern(
    """(expression_statement (assignment left: (_) @target
        right: (call arguments: (argument_list . (call function: (attribute object: (identifier) @module
                                                                   attribute: (identifier) @method)))) @call
        (#any-of? @method "parameters" "trainable_params"))) @statement"""
)
_TOLD = re.compile(rb"\.\s*(parameters|trainable_params)\b")


class Made(msgspec.Struct, frozen=True):
    """``optimizer = SGD(module.parameters(), …)`` as a statement, with those that follow in its block."""

    statement: Node
    target: str
    module: str
    symbol: str
    later: tuple[Node, ...]


def optimizers(analysis: Analysis) -> Iterator[Made]:
    for captures in matches(analysis, _MADE, _TOLD):
        statement = captures["statement"][0]
        symbol = shapes.callee(analysis, captures["call"][0])
        if not symbol or not analysis.catalog.is_subclass(symbol, "torch.optim.Optimizer") or statement.parent is None:
            continue
        following = tuple(node for node in shapes.statements(statement.parent) if node.start_byte > statement.end_byte)
        target = analysis.text(captures["target"][0])
        yield Made(statement, target, analysis.text(captures["module"][0]), symbol, following)


def is_made_again(analysis: Analysis, made: Made) -> bool:
    """Whether the optimizer is made again, or given more, later in the block."""
    again = re.compile(rf"(?<![\w.]){re.escape(made.target)}(\s*=(?!=)|\.add_param_group|\.param_groups)")
    return any(again.search(analysis.text(node)) for node in made.later)


def moved(analysis: Analysis, made: Made, behind: Node) -> tuple[Edit, ...] | None:
    """The optimizer made behind another statement, if nothing in between knows it."""
    name = re.compile(rf"(?<![\w.]){re.escape(made.target)}\b")
    between = [node for node in made.later if node.start_byte <= behind.start_byte]
    if any(name.search(analysis.text(node)) for node in between):
        return None
    return moved_after(analysis, made.statement, behind)
