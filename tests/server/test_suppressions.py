"""Suppressing from the editor, and settings of the project's file: written, read again, broken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, apply

LOST = """import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.ma$0sk = self.register_buffer("mask", torch.ones(3))
"""


def codes(found: list[types.Diagnostic]) -> list[Any]:
    return [one.code for one in found]


async def test_on_the_line_and_in_the_file(editor: Editor) -> None:
    uri, position = editor.open(LOST)
    for title, expected in (
        ("Ignore TS101 on this line", "ignore[TS101]"),
        ("Ignore TS101 in this file", "ignore-file[TS101]"),
    ):
        (action,) = [one for one in await editor.actions(uri, position, ["quickfix"]) if one.title == title]
        assert action.diagnostics is not None and codes(list(action.diagnostics)) == ["TS101"]
        text = apply(LOST.replace("$0", ""), action.edit)
        assert f"# torchspore: {expected}" in text
        other, _ = editor.open(text + "$0", "other.py")
        assert await editor.diagnostics(other) == []


async def test_in_the_workspace(editor: Editor) -> None:
    uri, position = editor.open(LOST)
    assert codes(await editor.diagnostics(uri)) == ["TS101"]
    context = types.CodeActionContext(diagnostics=[], only=[types.CodeActionKind.QuickFix])
    at_cursor = types.CodeActionParams(types.TextDocumentIdentifier(uri), types.Range(position, position), context)
    titles = [one.title for one in await editor.client.text_document_code_action_async(at_cursor) or []]
    assert "Ignore TS101 in the workspace (torchspore.toml)" in titles
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("torchspore.ignoreInWorkspace", [uri, "TS101"])
    )
    file = editor.root / "torchspore.toml"
    assert file.read_text(encoding="utf-8") == '[findings]\nignore = ["TS101"]\n'
    assert codes(await editor.diagnostics(uri)) == []
    assert any(str(file) in one.message for one in editor.client.messages)


async def test_a_file_that_changes_holds_at_once_and_its_mistakes_are_said_once(editor: Editor) -> None:
    uri, _ = editor.open(LOST)
    file = editor.root / "torchspore.toml"
    file.write_text('findings.ignore = ["TS1"]\nfindings.selekt = []\ntarget.device = "TPU"\n', encoding="utf-8")
    change = types.FileEvent(file.as_uri(), types.FileChangeType.Created)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    assert codes(await editor.diagnostics(uri)) == []
    await editor.diagnostics(uri)
    said = [one.message for one in editor.client.messages]
    assert len(said) == 2 and any(f"{file}:2: " in one and "findings.select" in one for one in said)
    assert any(f"{file}:3: " in one and "TPU" in one for one in said)
    file.write_text('findings.per-file-ignores = { "other.py" = ["TS1"] }\n', encoding="utf-8")
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    assert codes(await editor.diagnostics(uri)) == ["TS101"]
    assert len(editor.client.messages) == 2


async def test_a_file_is_noticed_without_being_told(editor: Editor) -> None:
    uri, _ = editor.open(LOST)
    assert codes(await editor.diagnostics(uri)) == ["TS101"]
    (editor.root / "torchspore.toml").write_text('findings.ignore = ["TS1"]\nlanguage = "zh-cn"\n', encoding="utf-8")
    await asyncio.sleep(0.8)
    assert codes(await editor.diagnostics(uri)) == []
    (editor.root / "torchspore.toml").write_text('language = "zh-cn"\n', encoding="utf-8")
    await asyncio.sleep(0.8)
    await editor.diagnostics(uri)
    await asyncio.sleep(0.3)
    (found,) = await editor.diagnostics(uri)
    assert "注册" in found.message


async def test_the_nearest_file_holds_for_each_document(editor: Editor) -> None:
    inner = editor.root / "generated"
    inner.mkdir()
    (inner / "torchspore.toml").write_text('findings.ignore = ["TS1"]\n', encoding="utf-8")
    first, _ = editor.open(LOST)
    second, _ = editor.open(LOST, "generated/net.py")
    assert codes(await editor.diagnostics(first)) == ["TS101"]
    assert codes(await editor.diagnostics(second)) == []


async def test_cells_of_a_notebook(editor: Editor) -> None:
    cells = ["import torch\nfrom torch import nn\n# torchspore: ignore[TS101]", LOST.replace("$0", ""), "%%time\nx = 1"]
    uris = [f"vscode-notebook-cell:{editor.root}/book.ipynb#{number}" for number in range(3)]
    editor.client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            types.NotebookDocument(
                (editor.root / "book.ipynb").as_uri(),
                "jupyter-notebook",
                1,
                [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris],
            ),
            [types.TextDocumentItem(uri, "python", 1, text) for uri, text in zip(uris, cells, strict=True)],
        )
    )
    assert codes(await editor.diagnostics(uris[0])) == ["TS001"]
    assert codes(await editor.diagnostics(uris[1])) == ["TS101"]
    actions = await editor.actions(uris[1], types.Position(7, 12), ["quickfix"])
    (in_file,) = [one for one in actions if one.title == "Ignore TS101 in this file"]
    assert in_file.edit is not None and in_file.edit.document_changes is not None
    (change,) = in_file.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit) and change.text_document.uri == uris[0]
    (on_line,) = [one for one in actions if one.title == "Ignore TS101 on this line"]
    assert on_line.edit is not None and on_line.edit.document_changes is not None
    (change,) = on_line.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit) and change.text_document.uri == uris[1]


class TestTheEditorAndTheFile:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"settings": {"findings": {"ignore": ["TS103"]}, "language": "en"}}

    async def test_the_editor_goes_first_and_lists_add_up(self, editor: Editor) -> None:
        file = editor.root / "torchspore.toml"
        file.write_text('findings.ignore = ["TS101"]\nlanguage = "zh-cn"\nfindings.select = ["TS101", "TS103"]\n')
        text = LOST + "        self.other = torch.ones(3)\n\n    def forward(self, x):\n        return x * self.other\n"
        uri, _ = editor.open(text)
        await asyncio.sleep(0.6)
        assert codes(await editor.diagnostics(uri)) == []
        file.write_text('findings.ignore = ["TS102"]\nlanguage = "zh-cn"\n')
        await asyncio.sleep(0.6)
        found = await editor.diagnostics(uri)
        assert codes(found) == ["TS101"] and found[0].message.isascii()


async def test_nothing_is_written_into_what_cannot_be_read(editor: Editor) -> None:
    uri, _ = editor.open(LOST)
    file = editor.root / "torchspore.toml"
    file.write_text("findings = [\n", encoding="utf-8")
    await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams("torchspore.ignoreInWorkspace", [uri, "TS101"])
    )
    assert file.read_text(encoding="utf-8") == "findings = [\n"
    assert any("by hand" in one.message for one in editor.client.messages)
