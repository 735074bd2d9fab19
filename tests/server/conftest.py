"""A real server process over stdio for each test, and documents with a cursor marker."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

CURSOR = "$0"
LENSES_ASKED_FOR: list[None] = []
"""One for each time that a server asked its client to draw its lenses again."""


@dataclass
class Editor:
    """What a test does with a client: open text with a cursor, edit, ask."""

    client: LanguageClient
    root: Path
    versions: dict[str, int] = field(default_factory=dict)

    def open(self, text: str, name: str = "model.py") -> tuple[str, types.Position]:
        """Open a document; ``$0`` in it marks the cursor and is taken out."""
        before, _, after = text.partition(CURSOR)
        line = before.count("\n")
        column = len(before.rpartition("\n")[2].encode("utf-16-le")) // 2
        uri = (self.root / name).as_uri()
        (self.root / name).write_text(before + after, encoding="utf-8")
        self.versions[uri] = 1
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, before + after))
        )
        return uri, types.Position(line, column)

    def change(self, uri: str, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        self.versions[uri] += 1
        change = types.TextDocumentContentChangePartial(
            range=types.Range(types.Position(*start), types.Position(*end)), text=text
        )
        identifier = types.VersionedTextDocumentIdentifier(uri=uri, version=self.versions[uri])
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))

    async def hover(self, uri: str, position: types.Position) -> str | None:
        found = await self.client.text_document_hover_async(
            types.HoverParams(types.TextDocumentIdentifier(uri), position)
        )
        if found is None:
            return None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def actions(
        self, uri: str, position: types.Position, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri),
                types.Range(position, position),
                types.CodeActionContext(diagnostics=[], only=only),
            )
        )
        return [action for action in found or [] if isinstance(action, types.CodeAction)]

    async def completion(self, uri: str, position: types.Position) -> list[types.CompletionItem]:
        found = await self.client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(uri), position)
        )
        return list(found.items) if isinstance(found, types.CompletionList) else list(found or [])

    async def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        report = await self.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        )
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)


def apply(text: str, edit: types.WorkspaceEdit | None) -> str:
    """The text of a one-document edit, applied as a client would (ASCII texts only)."""
    assert edit is not None and edit.document_changes is not None
    (change,) = edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    places = []
    for index, one in enumerate(change.edits):
        assert isinstance(one, types.TextEdit)
        start = starts[one.range.start.line] + one.range.start.character
        end = starts[one.range.end.line] + one.range.end.character
        places.append((start, end, index, one.new_text))
    for start, end, _, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def server_command() -> list[str]:
    return [sys.executable, "-m", "lsp_server", "server", "--stdio"]


def capabilities(pull: bool = True, annotations: bool = False) -> types.ClientCapabilities:
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind.Utf16]),
        text_document=types.TextDocumentClientCapabilities(
            diagnostic=types.DiagnosticClientCapabilities() if pull else None,
            hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
            completion=types.CompletionClientCapabilities(
                completion_item=types.ClientCompletionItemOptions(documentation_format=[types.MarkupKind.Markdown])
            ),
        ),
        window=types.WindowClientCapabilities(work_done_progress=True),
        workspace=types.WorkspaceClientCapabilities(
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(
                document_changes=True,
                change_annotation_support=types.ChangeAnnotationsSupportOptions() if annotations else None,
            ),
        ),
    )


CONFIG = ClientServerConfig(
    server_command=server_command(),
    server_env=dict(os.environ),
    client_factory=make_test_lsp_client,
)


@pytest.fixture
def locale() -> str:
    return "en"


@pytest.fixture
def options() -> dict[str, object]:
    """initializationOptions; a test overrides this fixture."""
    return {"settings": {}}


@pytest.fixture
def pull() -> bool:
    return True


@pytest.fixture
def annotations() -> bool:
    return False


@pytest_lsp.fixture(config=CONFIG)
async def lsp(
    lsp_client: LanguageClient, tmp_path: Path, locale: str, options: dict[str, object], pull: bool, annotations: bool
) -> AsyncIterator[None]:
    @lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh(params: None) -> None:
        LENSES_ASKED_FOR.append(None)

    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities(pull, annotations),
            root_uri=tmp_path.as_uri(),
            workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "test")],
            locale=locale,
            initialization_options=options,
        )
    )
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def editor(lsp: LanguageClient, tmp_path: Path) -> Editor:
    return Editor(lsp, tmp_path)
