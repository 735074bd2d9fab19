"""Completion of the names of parameters, buffers and modules inside of strings."""

from __future__ import annotations

import re

from lsprotocol import types

from lsp_server.messages import hover as messages
from lsp_server.migrate.state_strings import StateString, state_string_at, string_at
from lsp_server.migrate.state_table import bracketed, kind
from lsp_server.server.session import Session, View

_MOST = 2000
_OPEN = re.compile(rb"([\[(])\s*([\"'])([\w.]*)$")
_CLOSING = {b"[": "]", b"(": ")"}


def items(session: Session, view: View, offset: int) -> list[types.CompletionItem] | None:
    """The names that a string may hold; empty if it names nothing. None: the cursor is in no string."""
    found, is_string = _string(session, view, offset)
    if found is None:
        return [] if is_string else None
    start = found.start
    # what stands behind the cursor as part of the name is replaced
    end = max(offset, min(found.end, _name_end(view.analysis.document.data, offset)))
    where = view.range(start, end)
    return [
        types.CompletionItem(
            label=name,
            kind=types.CompletionItemKind.Field,
            detail=detail,
            filter_text=name,
            sort_text=f"{index:05}",
            text_edit=types.TextEdit(where, name),
        )
        for index, (name, detail) in enumerate(_names(session, found)[:_MOST])
    ]


def _string(session: Session, view: View, offset: int) -> tuple[StateString | None, bool]:
    document = view.analysis.document
    line = document.data[document.data.rfind(b"\n", 0, offset) + 1 : offset]
    opened = _OPEN.search(line)
    if opened is None:
        return None, string_at(view.analysis, offset) is not None
    if string_at(view.analysis, offset) is not None:
        return state_string_at(view.analysis, offset), True
    # the quote is not closed yet: the text is looked at as if it were
    patched = document.edited(offset, offset, opened[2].decode() + _CLOSING[opened[1]])
    analysis = session.with_document(view, patched)
    return state_string_at(analysis, offset), string_at(analysis, offset) is not None


def _name_end(data: bytes, offset: int) -> int:
    while data[offset : offset + 1].isalnum() or data[offset : offset + 1] in (b"_", b"."):
        offset += 1
    return offset


def _names(session: Session, found: StateString) -> list[tuple[str, str]]:
    if found.wanted == "module":
        return [(part.name, part.title) for part in found.parts]
    names: list[tuple[str, str]] = []
    for entry in found.entries:
        what = kind(entry.kind, entry.trainable).text(session.language)
        shape = bracketed(entry.shape) if entry.shape != () else messages.SCALAR.text(session.language)
        names.append((entry.name, f"{what} {shape} {entry.dtype or '?'}"))
    return names
