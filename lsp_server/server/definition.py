"""textDocument/definition: from the name of a parameter, buffer or module in a string to the code that makes it."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.inference.values import Source
from lsp_server.migrate.state_strings import origin, state_string_at
from lsp_server.server.session import Session, View


def definition(session: Session, params: types.DefinitionParams) -> list[types.LocationLink] | types.Location | None:
    """Null everywhere else: the way from a name in code to its definition is other servers' work."""
    if not session.settings.definition.enable:
        return None
    view = session.view(params.text_document.uri)
    found = state_string_at(view.analysis, view.offset(params.position)) if view is not None else None
    source = origin(found) if found is not None else None
    if view is None or found is None or source is None:
        return None
    place = _place(session, view, source)
    if place is None:
        return None
    if not session.links_definitions:
        return place
    here = view.range(found.start, found.end)
    return [types.LocationLink(place.uri, place.range, place.range, origin_selection_range=here)]


def _place(session: Session, view: View, source: Source) -> types.Location | None:
    """The line of a source: in this document, in a cell of its notebook, or in another file."""
    start, end = source.node.start_byte, source.node.end_byte
    if source.analysis.document is view.analysis.document:
        return view.location(start, end)
    return session.location(source.analysis, start, end)
