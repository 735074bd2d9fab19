"""The report of a conversion as a page: what was converted, what is left by hand, and why, each with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lsp_server.messages import Language, Message
from lsp_server.messages import report as messages
from lsp_server.migrate.report import NO_COUNTERPART, summary

Link = Callable[[str, int, int], str]
"""The address of a place: path, line from 1, column from 0; empty: none."""


def no_link(path: str, line: int, column: int) -> str:
    return ""


def page(files: list[dict[str, Any]], framework: str, language: Language, link: Link = no_link) -> str:
    """Markdown from the entries that `file_report` gives. ``framework``: the name of what it is converted to."""
    parts = [
        f"# {messages.TITLE.text(language, framework=framework)}",
        summary(files, language),
    ]
    for entry in files:
        if len(files) > 1:
            parts.append(f"## {entry['path']}\n\n{summary([entry], language)}")
        depth = "##" if len(files) == 1 else "###"
        parts += _sections(entry, depth, language, link)
    return "\n\n".join(parts) + "\n"


def _sections(entry: dict[str, Any], depth: str, language: Language, link: Link) -> Iterable[str]:
    left = entry["left"]
    groups: list[tuple[Message, list[str]]] = [
        (messages.BY_HAND, [_left(entry, one, link) for one in left if one["code"] != NO_COUNTERPART]),
        (messages.NO_COUNTERPART, [_left(entry, one, link) for one in left if one["code"] == NO_COUNTERPART]),
        (messages.TO_CHECK, [_checked(entry, one, link) for one in entry["unsafe"]]),
        (messages.TRAINING_STEPS, [f"- {_place(entry, one, link)}" for one in entry.get("training", [])]),
    ]
    for title, lines in groups:
        if lines:
            yield f"{depth} {title.text(language, count=len(lines))}\n\n" + "\n".join(lines)


def _left(entry: dict[str, Any], one: dict[str, Any], link: Link) -> str:
    return f"- {_place(entry, one, link)} {one['reason']} ({one['code']})"


def _checked(entry: dict[str, Any], one: dict[str, Any], link: Link) -> str:
    note = f": {one['note']}" if one["note"] else ""
    return f"- {_place(entry, one, link)} `{one['symbol']}`{note}"


def _place(entry: dict[str, Any], one: dict[str, Any], link: Link) -> str:
    cell = f"[{one['cell']}]" if "cell" in one else ""
    label = f"{cell}{one['line']}:{one['col']}"
    address = link(entry["path"], one["line"], one["col"])
    return f"[{label}]({address})" if address else f"{label}"
