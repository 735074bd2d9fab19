"""textDocument/codeLens: what a conversion of the file would do, above it, and how many parameters and buffers a module
class has, over its head.

Where the classes stand is told at once; what they hold is worked out for those that the editor shows.
"""

from __future__ import annotations

from lsprotocol import types

from lsp_server.inference import classes
from lsp_server.inference.values import UserClass
from lsp_server.migrate.sizes import lens_text, totals
from lsp_server.migrate.subjects import subject_at
from lsp_server.server import report
from lsp_server.server.json_values import json_object
from lsp_server.server.session import SHOW_STATE, Session
from lsp_server.syntax.patterns import Pattern

_CLASSES = Pattern("(class_definition name: (identifier) @name) @class")


def code_lenses(session: Session, params: types.CodeLensParams) -> list[types.CodeLens] | None:
    if not session.settings.code_lens.enable:
        return None
    view = session.view(params.text_document.uri)
    if view is None:
        return None
    analysis = view.analysis
    lenses: list[types.CodeLens] = []
    for node in _CLASSES.captures(analysis.document.root, "class"):
        name = node.child_by_field_name("name")
        if name is None or not view.contains(name.start_byte):
            continue
        if classes.is_module(analysis, UserClass(analysis.source(node))):
            where = view.range(name.start_byte, name.end_byte)
            data = {"uri": params.text_document.uri, "line": where.start.line, "character": where.start.character}
            lenses.append(types.CodeLens(where, data=data))
    lenses.sort(key=lambda lens: lens.range.start.line)
    above = report.lens(session, view)
    return [above, *lenses] if above is not None else lenses


def resolve(session: Session, lens: types.CodeLens) -> types.CodeLens:
    """What the class holds now; a lens of a text that has changed since says nothing."""
    data = json_object(lens.data)
    uri, line, character = str(data.get("uri", "")), data.get("line"), data.get("character")
    view = session.view(uri)
    if data.get("report") is True:
        title = report.titled(session, view) if view is not None else ""
        lens.command = types.Command(title or "…", report.SHOW_REPORT if title else "", arguments=[uri])
        return lens
    if not isinstance(line, int) or not isinstance(character, int):
        return lens
    title = ""
    found = subject_at(view.analysis, view.offset(types.Position(line, character))) if view is not None else None
    if found is not None and not found.own:
        state = found.state
        title = lens_text(totals(state.entries, state.complete), state.complete, session.language)
    position = {"line": line, "character": character}
    lens.command = types.Command(title or "…", SHOW_STATE if title else "", arguments=[uri, position])
    return lens
