"""What is asked at one place does not look at the whole file: counted, because clocks vary."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from lsprotocol import types
from pygls.workspace import Workspace

from lsp_server.catalog.catalog import shipped
from lsp_server.server import code_actions, hover
from lsp_server.server.documents import Documents
from lsp_server.server.session import Session
from tests.benchmarks.texts import text_of

Ask = Callable[[Session, types.TextDocumentIdentifier, types.Position], object]


def hovered(session: Session, document: types.TextDocumentIdentifier, place: types.Position) -> object:
    return hover.hover(session, types.HoverParams(document, place))


def acted(session: Session, document: types.TextDocumentIdentifier, place: types.Position) -> object:
    context = types.CodeActionContext(diagnostics=[])
    return code_actions.code_actions(session, types.CodeActionParams(document, types.Range(place, place), context))


def lines_run(ask: Ask, lines: int) -> int:
    """The lines of Python that an answer takes, after the same was asked at another place."""
    session = Session(shipped(), Documents(Workspace(None)))
    uri, text = f"untitled:lines_{lines}", text_of(lines)
    session.documents.put_text_document(types.TextDocumentItem(uri, "python", 1, text))
    found = [(row, line) for row, line in enumerate(text.splitlines()) if "nn.Conv2d" in line]
    document = types.TextDocumentIdentifier(uri)
    first, second = (types.Position(row, line.index("Conv2d") + 2) for row, line in found[:2])
    assert ask(session, document, first) is not None
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        ask(session, document, second)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("ask", [hovered, acted])
def test_a_longer_file_costs_no_more(ask: Ask) -> None:
    short, long = lines_run(ask, 60), lines_run(ask, 20_000)
    assert short > 100
    assert long < 1.2 * short
