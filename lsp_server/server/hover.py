"""textDocument/hover: what a use means and what its counterpart is; what a module, or a name in a string, holds."""

from __future__ import annotations

import json
from collections.abc import Hashable
from urllib.parse import quote

from lsprotocol import types

from lsp_server.catalog.model import Framework
from lsp_server.inference.uses import Use, use_at
from lsp_server.migrate.documented import documentation_lines, links_line
from lsp_server.migrate.explain import explain_use
from lsp_server.migrate.explanation import page, title
from lsp_server.migrate.state_strings import explain_string, state_string_at, string_at
from lsp_server.migrate.state_table import Listing
from lsp_server.migrate.subjects import explain_subject, subject_at
from lsp_server.migrate.target import Target
from lsp_server.server.session import SHOW_STATE, Session, View

_MOST_SHOWN = 500


def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """Null where there is nothing to add, so that other servers' hovers stand alone."""
    if not session.settings.hover.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    shown, place = _shown(session, view), (view.opened.uri, params.position.line, params.position.character)
    known = shown.get(place)
    if known is not None:
        return known
    listing = Listing(link=_link(params) if session.follows_commands else "")
    found = explained(session, view, view.offset(params.position), listing)
    if found is None:
        return None
    markdown, start, end = found
    answer = types.Hover(session.markup(markdown, session.hover_markup), view.range(start, end))
    if len(shown) >= _MOST_SHOWN:
        shown.clear()
    shown[place] = answer
    return answer


def _shown(session: Session, view: View) -> dict[Hashable, types.Hover]:
    """The hovers of this version of a text that were shown before. They go with its analysis, of which there is a new
    one as soon as anything that it has read changes, and with the settings and the words of the frameworks."""
    depends = (session.settings, session.library.loaded)
    kept = view.analysis.caches.setdefault("hovers", {})
    before = kept.get("depends")
    if before is None or any(one is not other for one, other in zip(before, depends, strict=True)):
        kept.clear()
        kept.update(depends=depends, shown={})
    return kept["shown"]


def explained(session: Session, view: View, offset: int, listing: Listing) -> tuple[str, int, int] | None:
    """What is said at a place, and of which range."""
    analysis = view.analysis
    if string_at(analysis, offset) is not None:
        return _string(session, view, offset)
    use = use_at(analysis, offset)
    target = session.target(use.symbol) if use is not None else None
    if use is not None and target is not None:
        markdown = _of_use(session, use, target, listing)
        return (markdown, use.name_start, use.end) if markdown else None
    found = subject_at(analysis, offset)
    if found is None:
        return None
    explanation = explain_subject(analysis, found, target_of(session, found.framework), session.language, listing)
    if explanation is None or not explanation.markdown:
        return None
    return explanation.markdown, found.node.start_byte, found.node.end_byte


def _of_use(session: Session, use: Use, target: Target, listing: Listing) -> str:
    """The counterpart, what the framework says itself, and where to read on; empty if all of that is nothing."""
    catalog, language = use.analysis.catalog, session.language
    symbol = catalog.symbol(use.symbol)
    explanation = explain_use(use, target, language, listing)
    wanted = session.settings.hover.documentation
    said = session.library.get(use.symbol) if wanted != "off" else None
    if said is not None and wanted == "missing" and not said.attached:
        said = None
    if symbol is None or (explanation is None and said is None):
        return explanation.markdown if explanation is not None else ""
    counterpart = explanation.counterpart if explanation is not None else None
    link = links_line(catalog, use.symbol, counterpart, target, language)
    lines = explanation.lines if explanation is not None else (f"**{use.symbol}**",)
    fine = explanation.fine if explanation is not None else ()
    return page((*lines, *documentation_lines(said, symbol)), (*fine, link))


def _string(session: Session, view: View, offset: int) -> tuple[str, int, int] | None:
    found = state_string_at(view.analysis, offset)
    if found is None:
        return None
    framework: Framework = "mindspore" if found.state.framework == "mindspore" else "torch"
    target = target_of(session, framework)
    lines = explain_string(view.analysis, found, target, session.language)
    head = title(f'"{found.text}"', target, session.language)
    return (page((head, *lines)), found.start, found.end) if lines else None


def target_of(session: Session, framework: Framework) -> Target:
    return session.settings.wishes.target(framework, session.catalog)


def _link(params: types.HoverParams) -> str:
    """The command that shows the full list of what stands here."""
    position = {"line": params.position.line, "character": params.position.character}
    arguments = json.dumps([params.text_document.uri, position], separators=(",", ":"))
    return f"command:{SHOW_STATE}?{quote(arguments, safe='')}"
