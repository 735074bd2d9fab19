"""Rewritings within a framework, offered at the cursor: a buffer registered in the other form."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from lsp_server.findings.buffer_forms import Registration, registration_at
from lsp_server.migrate.edits import Edit
from lsp_server.server.action_kinds import BUFFER
from lsp_server.server.session import Session, View

WHAT = "buffer"


def offered(session: Session, view: View, range_: types.Range) -> Iterator[types.CodeAction]:
    """What can be rewritten where the cursor stands. Its edits are worked out when it is chosen."""
    found = _found(view, view.offset(range_.start))
    if found is not None:
        data = {
            "uri": view.opened.uri,
            "version": view.opened.version,
            "what": WHAT,
            "offset": found.start - view.part.start,
        }
        yield types.CodeAction(found.fix.title.text(session.language), kind=BUFFER, data=data)


def edits(view: View, place: int) -> list[Edit]:
    """The edits of an action that `offered` made."""
    found = _found(view, place)
    return list(found.fix.edits) if found is not None else []


def _found(view: View, offset: int) -> Registration | None:
    found = registration_at(view.analysis, offset)
    return found if found is not None and view.contains(found.start) else None
