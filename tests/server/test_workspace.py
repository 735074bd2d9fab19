"""Other files than the one that is asked about: edited, written, removed, in other folders."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from .conftest import Editor

LAYER = "import torch\nclass Block(torch.nn.Module):\n    pass\n"
PLAIN = "class Block:\n    pass\n"
MAIN = "from blocks import Block\nBlock().buf$0fers()\n"
NO_SUPER = "import torch\nfrom blocks import Block\nclass N(Block):\n    def construct(self, x):\n        return x\n$0"
"""TS102 if Block is a torch module."""


def tell(editor: Editor, name: str, kind: types.FileChangeType) -> None:
    event = types.FileEvent((editor.root / name).as_uri(), kind)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


async def test_an_open_document_that_is_edited(editor: Editor) -> None:
    blocks, _ = editor.open(PLAIN + "$0", "blocks.py")
    place = editor.open(MAIN, "main.py")
    assert await editor.hover(*place) is None
    editor.change(blocks, (0, 0), (0, 12), "import torch\nclass Block(torch.nn.Module):")
    assert await editor.hover(*place) is not None
    editor.change(blocks, (1, 12), (1, 27), "object")
    assert await editor.hover(*place) is None
    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(blocks)))
    (editor.root / "blocks.py").write_text(LAYER)
    tell(editor, "blocks.py", types.FileChangeType.Changed)
    assert await editor.hover(*place) is not None


async def test_files_that_come_change_and_go(editor: Editor) -> None:
    place = editor.open(MAIN, "main.py")
    assert await editor.hover(*place) is None
    (editor.root / "blocks.py").write_text(LAYER)
    tell(editor, "blocks.py", types.FileChangeType.Created)
    assert await editor.hover(*place) is not None
    (editor.root / "blocks.py").write_text(PLAIN)
    tell(editor, "blocks.py", types.FileChangeType.Changed)
    assert await editor.hover(*place) is None
    (editor.root / "blocks.py").unlink()
    (editor.root / "blocks").mkdir()
    (editor.root / "blocks/__init__.py").write_text(LAYER)
    tell(editor, "blocks/__init__.py", types.FileChangeType.Created)
    assert await editor.hover(*place) is not None


async def test_changes_that_nobody_tells(editor: Editor) -> None:
    place = editor.open(MAIN, "main.py")
    assert await editor.hover(*place) is None
    (editor.root / "blocks.py").write_text(LAYER)
    await asyncio.sleep(0.5)
    assert await editor.hover(*place) is not None


async def test_open_documents_go_before_the_disk(editor: Editor) -> None:
    editor.open(LAYER + "$0", "blocks.py")
    place = editor.open(MAIN, "main.py")
    (editor.root / "blocks.py").write_text(PLAIN)
    tell(editor, "blocks.py", types.FileChangeType.Changed)
    assert await editor.hover(*place) is not None


async def test_folders_of_the_workspace(editor: Editor, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "blocks.py").write_text(LAYER)
    place = editor.open(MAIN, "main.py")
    assert await editor.hover(*place) is None
    folder = types.WorkspaceFolder(other.as_uri(), "other")

    def change(added: list[types.WorkspaceFolder], removed: list[types.WorkspaceFolder]) -> None:
        event = types.WorkspaceFoldersChangeEvent(added=added, removed=removed)
        editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))

    change([folder], [])
    await asyncio.sleep(0.3)
    assert await editor.hover(*place) is not None
    change([], [folder])
    await asyncio.sleep(0.3)
    assert await editor.hover(*place) is None


async def test_notebooks_see_files(editor: Editor) -> None:
    (editor.root / "blocks.py").write_text(LAYER)
    uri = "vscode-notebook-cell:/n.ipynb#c0"
    text = MAIN.replace("$0", "")
    notebook = types.NotebookDocument(
        (editor.root / "n.ipynb").as_uri(),
        "jupyter-notebook",
        1,
        [types.NotebookCell(types.NotebookCellKind.Code, uri)],
    )
    editor.client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(notebook, [types.TextDocumentItem(uri, "python", 1, text)])
    )
    assert await editor.hover(uri, types.Position(1, 10)) is not None
    (editor.root / "blocks.py").write_text(PLAIN)
    tell(editor, "blocks.py", types.FileChangeType.Changed)
    assert await editor.hover(uri, types.Position(1, 10)) is None


class TestPush:
    @pytest.fixture
    def pull(self) -> bool:
        return False

    async def test_findings_of_other_open_documents_follow(self, editor: Editor) -> None:
        blocks, _ = editor.open(PLAIN + "$0", "blocks.py")
        main, _ = editor.open(NO_SUPER, "main.py")

        async def published(codes: list[str]) -> None:
            for _ in range(100):
                if [found.code for found in editor.client.diagnostics.get(main, [])] == codes:
                    return
                await asyncio.sleep(0.05)
            assert [found.code for found in editor.client.diagnostics.get(main, [])] == codes

        await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        await published([])
        editor.change(blocks, (0, 0), (0, 12), "import torch\nclass Block(torch.nn.Module):")
        await published(["TS102"])


class TestInstalled:
    @pytest.fixture
    def options(self, tmp_path: Path) -> dict[str, object]:
        site = tmp_path / ".venv" / "lib/python3.11/site-packages"
        (site / "blocks").mkdir(parents=True)
        (site / "blocks/__init__.py").write_text(LAYER)
        (tmp_path / ".venv/bin").mkdir()
        (tmp_path / ".venv/bin/python").write_text("")
        return {"settings": {}}

    async def test_the_environment_in_the_workspace_is_found(self, editor: Editor) -> None:
        assert await editor.hover(*editor.open(MAIN, "main.py")) is not None
