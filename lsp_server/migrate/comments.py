"""Comments inside of what conversions replace: they go above their statement, so that none is lost."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.plan import Adjustment, Change, Plan
from lsp_server.syntax.patterns import Pattern

_COMMENTS = Pattern("(comment) @comment")


def moved(analysis: Analysis, plans: Sequence[Plan]) -> list[Adjustment]:
    """A line above the statement for each comment that the changes of the plans would take out."""
    document = analysis.document
    changes = [change for plan in plans for change in plan.changes]
    # hovers ask this of every call: the whole file is searched only for what may have a comment
    replaced = [change for change in changes if b"#" in document.data[change.start : change.end]]
    if not replaced:
        return []
    lines: list[Adjustment] = []
    for comment in _COMMENTS.captures(document.root, "comment"):
        if any(_takes_out(change, comment) for change in replaced):
            lines.append(above(analysis, statement_of(comment), [analysis.text(comment)]))
    return lines


def above(analysis: Analysis, statement: Node, texts: Sequence[str]) -> Adjustment:
    """Lines above the one on which a statement begins. They stand at its first word, so that they move with it."""
    document = analysis.document
    start = document.lines.starts[document.lines.line_of(statement.start_byte)]
    indentation = document.lines.indentation(start)
    place = start + len(indentation.encode())
    text = "".join(f"{one}{document.newline}{indentation}" for one in texts)
    return Adjustment(place, place, (Change(place, place, (text,)),), is_line=True)


def statement_of(node: Node) -> Node:
    """The statement that a node stands in: the place above which a comment line is always allowed."""
    while node.parent is not None and node.parent.type not in ("block", "module") and not _is_broken(node.parent):
        node = node.parent
    return node


def _is_broken(node: Node) -> bool:
    """Whether a node stands for statements that do not parse: all of the rest of a file may be one."""
    return node.type == "ERROR" and (node.parent is None or node.parent.type in ("block", "module"))


def _takes_out(change: Change, comment: Node) -> bool:
    if not change.start <= comment.start_byte < change.end:
        return False
    pieces = (part for part in change.parts if isinstance(part, Node))
    return not any(piece.start_byte <= comment.start_byte < piece.end_byte for piece in pieces)
