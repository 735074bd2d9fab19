"""What clients that are not started here get: one with their capabilities asks, and looks at the form of the answers.

``clients.json`` holds what each announces, as far as it can change an answer. The last two are no editors: they take
least.
"""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pygls.lsp.client import LanguageClient

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "server"))

from lsprotocol import converters, types

CLIENTS: dict[str, dict[str, Any]] = json.loads((HERE / "clients.json").read_text(encoding="utf-8"))
TEXT = """import torch
from torch import nn
变 = "😀"; x = torch.cat([torch.ones(1)], dim=0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = self.register_buffer("mask", torch.ones(3))
"""
LAST = 3
"""The version of the document after the last change to it."""


class Client:
    """A client that keeps what it is sent and applies what it is asked to, counting columns as was agreed."""

    def __init__(self, name: str, root: Path) -> None:
        self.announced = CLIENTS[name]
        self.uri = (root / "model.py").as_uri()
        self.text = TEXT
        self.root = root
        self.pushed: list[types.Diagnostic] | None = None
        self.asked_to_register: list[types.Registration] = []
        self.edits: list[types.WorkspaceEdit] = []
        self.client = LanguageClient("generic", "1")

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            if params.version == LAST:  # what was found while something was being typed may still be on its way
                self.pushed = list(params.diagnostics)

        @self.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            self.edits.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.asked_to_register += params.registrations

    async def start(self) -> None:
        await self.client.start_io(sys.executable, "-m", "lsp_server", "server", "--stdio")
        capabilities = converters.get_converter().structure(self.announced, types.ClientCapabilities)
        found = await self.client.initialize_async(
            types.InitializeParams(capabilities=capabilities, root_uri=self.root.as_uri(), process_id=None)
        )
        self.encoding = str(
            getattr(found.capabilities.position_encoding, "value", found.capabilities.position_encoding or "utf-16")
        )
        self.client.initialized(types.InitializedParams())
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(self.uri, "python", 1, TEXT))
        )

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    def width(self, text: str) -> int:
        """How many columns a text takes."""
        if self.encoding == "utf-8":
            return len(text.encode("utf-8"))
        return len(text.encode("utf-16-le")) // 2 if self.encoding == "utf-16" else len(text)

    def place(self, line: int, before: str) -> types.Position:
        text = TEXT.splitlines()[line]
        return types.Position(line, self.width(text[: text.index(before) + 1]))

    def announces(self, *path: str) -> Any:
        found: Any = self.announced
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    async def chosen(self, action: types.CodeAction | types.Command) -> types.WorkspaceEdit:
        """The edit that the client has once its user has chosen an action: in it, asked for, or sent."""
        command = action if isinstance(action, types.Command) else action.command
        if command is not None and command.command.startswith("{"):
            # lsprotocol takes an action that carries a command for a command
            command = types.Command(**ast.literal_eval(command.command))
        if isinstance(action, types.CodeAction) and action.edit is None and command is None:
            assert "edit" in (self.announces("textDocument", "codeAction", "resolveSupport", "properties") or ["edit"])
            action = await self.client.code_action_resolve_async(action)
        if isinstance(action, types.CodeAction) and action.edit is not None:
            return action.edit
        assert command is not None
        await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(command.command, command.arguments)
        )
        return self.edits.pop()

    def applied(self, edit: types.WorkspaceEdit) -> str:
        if edit.changes is not None:
            changes = list(edit.changes[self.uri])
        else:
            assert edit.document_changes is not None
            assert self.announces("workspace", "workspaceEdit", "documentChanges")
            (change,) = edit.document_changes
            assert isinstance(change, types.TextDocumentEdit)
            changes = list(change.edits)
        lines = TEXT.splitlines(keepends=True)
        starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]

        def offset(position: types.Position) -> int:
            line = lines[position.line] if position.line < len(lines) else ""
            columns = [self.width(line[:end]) for end in range(len(line) + 1)]
            return starts[position.line] + columns.index(position.character)

        text = TEXT
        for one in sorted(changes, key=lambda one: offset(one.range.start), reverse=True):
            text = text[: offset(one.range.start)] + one.new_text + text[offset(one.range.end) :]
        return text


@pytest.fixture(params=list(CLIENTS))
async def client(request: pytest.FixtureRequest, tmp_path: Path):
    made = Client(request.param, tmp_path)
    await made.start()
    yield made
    await made.stop()


async def test_it_gets_what_it_can_use(client: Client) -> None:
    """One server for all questions: starting it costs more than they do."""
    await hover_is_in_a_format_that_it_shows(client)
    await completion_documents_in_a_format_that_it_shows(client)
    await actions_lead_to_an_edit(client)
    await findings_come_as_it_takes_them(client)
    assert not client.asked_to_register or client.announces("workspace", "didChangeWatchedFiles", "dynamicRegistration")


async def hover_is_in_a_format_that_it_shows(client: Client) -> None:
    place = client.place(2, "cat")
    found = await client.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(client.uri), place)
    )
    assert found is not None and isinstance(found.contents, types.MarkupContent)
    formats = client.announces("textDocument", "hover", "contentFormat") or ["markdown"]
    assert found.contents.kind.value in formats
    assert "ops.cat" in found.contents.value
    assert found.range is not None and found.range.start.character == client.width('变 = "😀"; x = torch.')


async def completion_documents_in_a_format_that_it_shows(client: Client) -> None:
    place = types.Position(1, 0)
    client.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=2, uri=client.uri),
            [types.TextDocumentContentChangePartial(types.Range(place, place), "torch.nn.Conv2\n")],
        )
    )
    answer = await client.client.text_document_completion_async(
        types.CompletionParams(types.TextDocumentIdentifier(client.uri), types.Position(1, 14))
    )
    items = answer.items if isinstance(answer, types.CompletionList) else answer or []
    formats = client.announces("textDocument", "completion", "completionItem", "documentationFormat")
    for item in items[:3]:
        item = await client.client.completion_item_resolve_async(item)
        if isinstance(item.documentation, types.MarkupContent) and formats:
            assert item.documentation.kind.value in formats
        if not client.announces("textDocument", "completion", "completionItem", "snippetSupport"):
            assert item.insert_text_format is not types.InsertTextFormat.Snippet
    client.client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=LAST, uri=client.uri),
            [types.TextDocumentContentChangeWholeDocument(TEXT)],
        )
    )


async def actions_lead_to_an_edit(client: Client) -> None:
    for line, word, only, expected in (
        (2, "cat", "refactor.rewrite.torchspore.call", '变 = "😀"; x = ops.cat([torch.ones(1)], axis=0)'),
        (8, "register_buffer", "quickfix", '        self.register_buffer("mask", torch.ones(3))'),
        (2, "cat", "source.convert.torchspore", "class Net(nn.Cell):"),
    ):
        place = client.place(line, word)
        found = await client.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(client.uri),
                types.Range(place, place),
                types.CodeActionContext([], only=[only]),
            )
        )
        assert found, only
        if client.announces("textDocument", "codeAction") == {}:
            assert all(isinstance(one, types.Command) for one in found)
        assert expected in client.applied(await client.chosen(found[0])).splitlines()


async def findings_come_as_it_takes_them(client: Client) -> None:
    if client.announces("textDocument", "diagnostic") is not None:
        report = await client.client.text_document_diagnostic_async(
            types.DocumentDiagnosticParams(types.TextDocumentIdentifier(client.uri))
        )
        found = list(report.items)
        assert client.pushed is None, "what is asked for is not pushed as well"
    else:
        for _ in range(200):
            if client.pushed is not None and any(one.code == "TS101" for one in client.pushed):
                break
            await asyncio.sleep(0.1)
        found = client.pushed or []
    assert [one.code for one in found] == ["TS101"]
    assert found[0].range.start.line == 8


def test_everybody_with_a_configuration_is_asked() -> None:
    configured = {path.name for path in (HERE.parents[1] / "docs/editors").iterdir() if path.is_dir()}
    known = {name.split()[0].lower() for name in CLIENTS}
    assert configured <= known, "docs/editors has an editor that clients.json lacks"
