"""Writes the comments that suppress a finding: on its line, or for its file."""

from __future__ import annotations

import re

from lsp_server.findings.comments import Comment, comments, extents
from lsp_server.findings.model import Finding
from lsp_server.inference.analysis import Analysis
from lsp_server.migrate.comments import statement_of
from lsp_server.migrate.edits import Edit

_KEPT_FIRST = re.compile(rb"#!|#\s*%|[ \t\f]*#.*?coding[:=]|%")
"""Lines that must stay at the top: what runs a script, its encoding, magics of a cell (hidden as comments)."""


def on_line(analysis: Analysis, finding: Finding, breaks: tuple[int, ...] = ()) -> Edit:
    """Into the comment that is there for it, behind its line, or above its statement where no comment can follow."""
    data = analysis.document.data
    for one in comments(analysis):
        if not one.for_file and _can_take(one) and _holds(analysis, one, finding, breaks):
            return _added(one, finding.code)
    end = data.find(b"\n", finding.start)
    end = len(data) if end < 0 else end
    content = data[data.rfind(b"\n", 0, end) + 1 : end].rstrip()
    stop = data.rfind(b"\n", 0, end) + 1 + len(content)
    if not content.endswith(b"\\") and not _is_inside_string(analysis, stop):
        return Edit(stop, stop, f"  # torchspore: ignore[{finding.code}]")
    statement = statement_of(analysis.document.node_at(finding.start))
    start = data.rfind(b"\n", 0, statement.start_byte) + 1
    indentation = analysis.document.lines.indentation(start)
    return Edit(start, start, f"{indentation}# torchspore: ignore[{finding.code}]{analysis.document.newline}")


def in_file(analysis: Analysis, finding: Finding) -> Edit:
    """Into the comment of the file, or as a line at its top."""
    for one in comments(analysis):
        if one.for_file and _can_take(one):
            return _added(one, finding.code)
    data, start = analysis.document.data, 0
    while _KEPT_FIRST.match(data, start):
        end = data.find(b"\n", start)
        if end < 0:
            break
        start = end + 1
    return Edit(start, start, f"# torchspore: ignore-file[{finding.code}]{analysis.document.newline}")


def _can_take(comment: Comment) -> bool:
    return comment.problem is None and bool(comment.codes)


def _holds(analysis: Analysis, comment: Comment, finding: Finding, breaks: tuple[int, ...]) -> bool:
    return any(start <= finding.start < end for start, end in extents(analysis, comment, breaks))


def _added(comment: Comment, code: str) -> Edit:
    end = comment.codes[-1].end
    return Edit(end, end, f", {code}")


def _is_inside_string(analysis: Analysis, offset: int) -> bool:
    node = analysis.document.root.descendant_for_byte_range(offset, offset)
    while node is not None:
        if node.type == "string":
            return node.start_byte < offset < node.end_byte
        node = node.parent
    return False
