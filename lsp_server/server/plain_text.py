"""Our Markdown as plain text, for clients that show it as it stands: no signs are left that only a renderer needs."""

from __future__ import annotations

import re

from lsp_server.migrate.state_table import columns

_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ESCAPED = re.compile(r"\\([\\*_<>`|])")
_CODE = re.compile(r"`([^`]*)`")
_RULE = re.compile(r"\|?[\s|:-]+\|?$")


def plain_text(markdown: str) -> str:
    """Tables become columns, links show where they lead, code and stress are told by words alone."""
    shown: list[str] = []
    table: list[list[str]] = []
    fenced = False
    for line in [*markdown.split("\n"), ""]:
        if line.startswith("|") and not fenced:
            if not _RULE.match(line):
                table.append([_inline(cell.strip()) for cell in line.strip("|").split(" | ")])
            continue
        if table:
            shown += _columns(table)
            table = []
        if line.startswith("```"):
            fenced = not fenced
        else:
            shown.append(f"    {line}" if fenced else _inline(line.rstrip()))
    return "\n".join(shown).strip("\n")


def _inline(text: str) -> str:
    pieces = _CODE.split(text)
    # what stands in code is shown as it is
    plain = "".join(piece if index % 2 else _unmarked(piece) for index, piece in enumerate(pieces))
    return plain.replace("\N{NO-BREAK SPACE}", "")


def _unmarked(text: str) -> str:
    text = _LINK.sub(lambda match: match[1] if match[2].startswith("command:") else f"{match[1]} <{match[2]}>", text)
    return _ESCAPED.sub(r"\1", _BOLD.sub(r"\1", text))


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(columns(row[index]) for row in rows if index < len(row)) for index in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
