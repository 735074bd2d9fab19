"""textDocument/hover: what a use means and what its counterpart is."""

from __future__ import annotations

from lsprotocol import types

from lsp_server.inference.uses import use_at
from lsp_server.migrate.explain import explain_use
from lsp_server.server.session import Session


def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """Null where there is nothing to add, so that other servers' hovers stand alone."""
    if not session.settings.hover.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    use = use_at(view.analysis, view.offset(params.position))
    target = session.target(use.symbol) if use is not None else None
    if use is None or target is None:
        return None
    explanation = explain_use(use, target, session.language)
    if explanation is None:
        return None
    content = types.MarkupContent(session.hover_markup, explanation.markdown)
    return types.Hover(content, view.range(use.name_start, use.end))
