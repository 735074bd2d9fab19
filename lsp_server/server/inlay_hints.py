"""textDocument/inlayHint: counterparts and shapes at the ends of lines, each only if it is wished for."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.migrate.explain import explain_symbol
from lsp_server.migrate.hints import Hint, counterpart_hints, shape_hints
from lsp_server.server.json_values import json_object
from lsp_server.server.session import Session, View

_MOST_EXPLAINED = 3


def inlay_hints(session: Session, params: types.InlayHintParams) -> list[types.InlayHint] | None:
    wanted = session.settings.inlay_hints
    if not (wanted.counterparts or wanted.shapes):
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    analysis, language = view.analysis, session.language
    start, end = view.offset(params.range.start), view.offset(params.range.end)
    found: list[Hint] = []
    if wanted.shapes:
        found += shape_hints(analysis, start, end)
    if wanted.counterparts:
        found += counterpart_hints(analysis, start, end, session.settings.wishes, language)
    return [_hint(view, one) for one in found if view.contains(one.offset)]


def _hint(view: View, one: Hint) -> types.InlayHint:
    lines = view.analysis.document.lines
    line = lines.line_of(one.offset)
    place = lines.starts[line] + len(lines.content(line).rstrip())
    return types.InlayHint(
        position=view.range(place, place).start,
        label=one.text,
        padding_left=True,
        data={"symbols": " ".join(one.symbols)} if one.symbols else None,
    )


def resolve(session: Session, hint: types.InlayHint) -> types.InlayHint:
    """The explanations of the symbols behind a hint, when the mouse comes."""
    symbols = str(json_object(hint.data).get("symbols", ""))
    pages: list[str] = []
    for symbol in symbols.split()[:_MOST_EXPLAINED]:
        target = session.target(symbol)
        told = explain_symbol(session.catalog, symbol, target, session.language) if target is not None else None
        if told is not None:
            pages.append(told.markdown)
    if pages:
        hint.tooltip = session.markup("\n\n---\n\n".join(pages), session.hover_markup)
    return hint
