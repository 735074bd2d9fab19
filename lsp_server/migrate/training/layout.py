"""Lines and names that rewritten steps need: what a statement shares its lines with, and names that are not taken."""

from __future__ import annotations

import re
from functools import cached_property

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.messages import training as messages
from lsp_server.migrate.plan import Change
from lsp_server.migrate.training.detect import NotUnderstood
from lsp_server.migrate.training.variables import field, text


class Names:
    """New names that no word of the file is equal to, and what was said once."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self.training: set[tuple[int, str]] = set()
        """Networks that are set to training, by the place."""

    @cached_property
    def _words(self) -> set[str]:
        """Most files have no steps that need a name."""
        return set(re.findall(r"\w+", self._analysis.document.text))

    def fresh(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._words:
            number += 1
            name = f"{wanted}_{number}"
        self._words.add(name)
        return name


def deleted(analysis: Analysis, statement: Node) -> Change:
    """A statement with its lines and comments; the comments of one that is gone for good stay."""
    check_alone(analysis, statement)
    lines = analysis.document.lines
    above = comments_above(statement)
    start = line_start(analysis, above[0] if above else statement)
    behind = comment_behind(statement) or statement
    line = lines.line_of(max(behind.end_byte - 1, 0))
    end = lines.starts[line + 1] if line + 1 < len(lines) else len(analysis.document.data)
    call = statement.named_children[0] if statement.type == "expression_statement" else None
    if call is not None and call.type == "call" and _is_gone(call) and (above or behind is not statement):
        start = line_start(analysis, statement)
        if behind is not statement:
            return Change(statement.start_byte, behind.start_byte)
    return Change(start, end)


def _is_gone(call: Node) -> bool:
    function = field(call, "function")
    return function is not None and text(function).endswith((".zero_grad", ".backward"))


def check_alone(analysis: Analysis, statement: Node) -> None:
    """Raises `NotUnderstood` where a statement shares its lines with others."""
    if not is_alone(analysis, statement):
        raise NotUnderstood(statement, messages.LAYOUT)


def is_alone(analysis: Analysis, statement: Node) -> bool:
    """Whether the lines of a statement hold nothing else but comments."""
    document = analysis.document
    line = document.lines.line_of(max(statement.end_byte - 1, 0))
    end = document.lines.starts[line + 1] if line + 1 < len(document.lines) else len(document.data)
    before = document.data[line_start(analysis, statement) : statement.start_byte]
    after = document.data[statement.end_byte : end].strip()
    return not before.strip() and (not after or after.startswith(b"#"))


def line_start(analysis: Analysis, node: Node) -> int:
    return analysis.document.lines.starts[analysis.document.lines.line_of(node.start_byte)]


def comments_above(statement: Node) -> list[Node]:
    found: list[Node] = []
    row, node = statement.start_point[0], statement.prev_named_sibling
    while node is not None and node.type == "comment" and node.start_point[0] == row - 1:
        before = node.prev_named_sibling
        if before is not None and before.type != "comment" and before.end_point[0] == node.start_point[0]:
            break
        found.insert(0, node)
        row, node = node.start_point[0], before
    return found


def comment_behind(statement: Node) -> Node | None:
    node = statement.next_named_sibling
    same = node is not None and node.type == "comment" and node.start_point[0] == statement.end_point[0]
    return node if same else None
