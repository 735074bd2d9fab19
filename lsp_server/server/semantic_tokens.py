"""textDocument/semanticTokens: which names are parameters, and which are buffers; off unless it is wished for.

Editors take the tokens of one server for a document: with another Python server beside this one, that server's would
be lost.
"""

from __future__ import annotations

from lsprotocol import types

from lsp_server.migrate.state_names import Kind, state_names
from lsp_server.server.sent_tokens import edits
from lsp_server.server.session import Session, View

_MODIFIERS: dict[Kind, int] = {"parameter": 0b0001, "buffer": 0b0010, "frozen": 0b0101, "transient": 0b1010}


def full(session: Session, params: types.SemanticTokensParams) -> types.SemanticTokens | None:
    data = _tokens(session, params.text_document.uri, None)
    if data is None:
        return None
    return types.SemanticTokens(data, session.sent_tokens.keep(params.text_document.uri, data))


def in_range(session: Session, params: types.SemanticTokensRangeParams) -> types.SemanticTokens | None:
    data = _tokens(session, params.text_document.uri, params.range)
    return types.SemanticTokens(data) if data is not None else None


def delta(
    session: Session, params: types.SemanticTokensDeltaParams
) -> types.SemanticTokens | types.SemanticTokensDelta | None:
    """The difference to what the client has; everything if that is not known any more."""
    uri = params.text_document.uri
    before = session.sent_tokens.get(uri, params.previous_result_id)
    data = _tokens(session, uri, None)
    if data is None:
        return None
    name = session.sent_tokens.keep(uri, data)
    if before is None:
        return types.SemanticTokens(data, name)
    return types.SemanticTokensDelta(edits(before, data), name)


def _tokens(session: Session, uri: str, within: types.Range | None) -> list[int] | None:
    if not session.settings.semantic_tokens.enable:
        return None
    view = session.view(uri)
    if view is None:
        return None
    start = view.part.start if within is None else view.offset(within.start)
    end = view.part.start + len(view.opened.document.data) if within is None else view.offset(within.end)
    return _encoded(view, start, end)


def _encoded(view: View, start: int, end: int) -> list[int]:
    """Each token by its distance to the one before, as the protocol wants it."""
    data: list[int] = []
    line = character = 0
    for one in state_names(view.analysis, start, end):
        where = view.range(one.start, one.end)
        first = where.start
        distance = first.character - (character if first.line == line else 0)
        data += [first.line - line, distance, where.end.character - first.character, 0, _MODIFIERS[one.kind]]
        line, character = first.line, first.character
    return data
