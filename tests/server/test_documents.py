"""Documents, diagnostics, notebooks, settings, bad input: what a server must bear."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pytest_lsp import LanguageClient

from .conftest import Editor

NONE = (
    "import torch\nclass N(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    '        self.mask = self.register_buffer("mask", torch.zeros(3))\n$0'
)


async def test_diagnostics_are_pulled(editor: Editor) -> None:
    uri, _ = editor.open(NONE)
    (found,) = await editor.diagnostics(uri)
    assert (found.code, found.source) == ("TS101", "TorchSpore")
    assert found.range.start == types.Position(4, 8)


async def test_diagnostics_follow_edits(editor: Editor) -> None:
    uri, _ = editor.open(NONE)
    editor.change(uri, (4, 8), (4, 20), "")
    assert await editor.diagnostics(uri) == []
    editor.change(uri, (4, 8), (4, 8), "self.mask = ")
    assert len(await editor.diagnostics(uri)) == 1


async def test_edits_move_what_is_hovered(editor: Editor) -> None:
    uri, position = editor.open("import torch\ntorch.c$0at([])\n")
    for number in range(20):
        editor.change(uri, (1, 0), (1, 0), f"x{number} = '变😀'\n")
    text = await editor.hover(uri, types.Position(position.line + 20, position.character))
    assert text is not None and "torch.cat" in text


class TestPush:
    @pytest.fixture
    def pull(self) -> bool:
        return False

    async def test_clients_that_cannot_pull_are_sent_them(self, editor: Editor) -> None:
        uri, _ = editor.open(NONE)
        await editor.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        assert [found.code for found in editor.client.diagnostics[uri]] == ["TS101"]


class TestSettings:
    @pytest.fixture
    def options(self) -> dict[str, object]:
        return {
            "settings": {
                "target": {"device": "toaster", "version": "2.0"},
                "language": "zh-cn",
                "hover": {"enable": "perhaps"},
                "findings": {"ignore": ["TS101"]},
            }
        }

    async def test_broken_values_are_named_and_the_others_hold(self, editor: Editor) -> None:
        messages = [message.message for message in editor.client.messages]
        assert len(messages) == 2
        assert "torchspore.target.device" in messages[0] and "'toaster'" in messages[0]
        text = await editor.hover(*editor.open("import torch\ntorch.c$0at([])\n"))
        assert text is not None and "MindSpore 2.0 · 任意设备" in text
        uri, _ = editor.open(NONE, "other.py")
        assert await editor.diagnostics(uri) == []

    async def test_changed_settings_hold_at_once(self, editor: Editor) -> None:
        place = editor.open("import torch\ntorch.c$0at([])\n")
        settings: dict[str, Any] = {"torchspore": {"hover": {"enable": False}}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        assert await editor.hover(*place) is None


async def test_notebook_cells_share_one_namespace(editor: Editor) -> None:
    client: LanguageClient = editor.client
    cells = [
        "%matplotlib inline\nimport torch\n!pip list\n",
        "class N(torch.nn.Module):\n    def construct(self, x):\n        return x\nnet = N()\n",
        "net.buffers()\n",
    ]
    uris = [f"vscode-notebook-cell:/tmp/n.ipynb#c{index}" for index in range(len(cells))]
    client.notebook_document_did_open(
        types.DidOpenNotebookDocumentParams(
            types.NotebookDocument(
                "file:///tmp/n.ipynb",
                "jupyter-notebook",
                1,
                [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris],
            ),
            [types.TextDocumentItem(uri, "python", 1, text) for uri, text in zip(uris, cells, strict=True)],
        )
    )
    text = await editor.hover(uris[2], types.Position(0, 6))
    assert text is not None and "torch.nn.Module.buffers" in text
    assert [found.code for found in await editor.diagnostics(uris[1])] == ["TS102"]
    assert await editor.diagnostics(uris[0]) == await editor.diagnostics(uris[2]) == []
    found = (await editor.diagnostics(uris[1]))[0]
    assert found.range.start == types.Position(1, 8)
    client.notebook_document_did_change(
        types.DidChangeNotebookDocumentParams(
            types.VersionedNotebookDocumentIdentifier(2, "file:///tmp/n.ipynb"),
            types.NotebookDocumentChangeEvent(
                cells=types.NotebookDocumentCellChanges(
                    text_content=[
                        types.NotebookDocumentCellContentChanges(
                            types.VersionedTextDocumentIdentifier(2, uris[1]),
                            [
                                types.TextDocumentContentChangePartial(
                                    types.Range(types.Position(1, 8), types.Position(1, 17)), "forward"
                                )
                            ],
                        )
                    ]
                )
            ),
        )
    )
    assert await editor.diagnostics(uris[1]) == []


@pytest.mark.parametrize(
    "position", [types.Position(99, 0), types.Position(0, 9999), types.Position(2**31 - 1, 2**31 - 1)]
)
async def test_positions_outside_the_document(editor: Editor, position: types.Position) -> None:
    uri, _ = editor.open("import torch\ntorch.cat$0")
    await editor.hover(uri, position)
    await editor.actions(uri, position)
    await editor.completion(uri, position)


async def test_documents_that_are_not_open(editor: Editor) -> None:
    assert await editor.hover("file:///nowhere.py", types.Position(0, 0)) is None
    assert await editor.diagnostics("untitled:Untitled-1") == []


@pytest.mark.parametrize(
    "text",
    ["\x00\x01", "import torch\n" + "(" * 3000, "class A(A, B): x = A.x\n" * 50, "\ufeffimport torch\r\n\ttorch.cat"],
    ids=["control characters", "brackets", "cycles", "mixed"],
)
async def test_strange_texts(editor: Editor, text: str) -> None:
    uri, _ = editor.open(text + "$0")
    await editor.diagnostics(uri)
    await editor.hover(uri, types.Position(1, 3))
    assert await editor.hover(*editor.open("import torch\ntorch.c$0at([])\n", "good.py")) is not None


async def test_fifty_thousand_lines(editor: Editor) -> None:
    body = "".join(f"def f{i}(x):\n    return torch.cat([x, x], dim={i % 3})\n\n\n\n" for i in range(10_000))
    uri, _ = editor.open("import torch\n" + body + "$0")
    assert await editor.hover(uri, types.Position(49_997, 18)) is not None
    editor.change(uri, (25_000, 0), (25_000, 0), "x = 1\n")
    assert await editor.hover(uri, types.Position(49_998, 18)) is not None


async def test_commands(editor: Editor) -> None:
    uri, _ = editor.open("import torch\nx = torch.cat([1], dim=1)\n$0")

    async def run(command: str, *arguments: object) -> Any:
        return await editor.client.workspace_execute_command_async(types.ExecuteCommandParams(command, list(arguments)))

    preview = await run("torchspore.previewFile", uri, {"to": "mindspore"})
    assert preview["text"] == "from mindspore import ops\nx = ops.cat([1], axis=1)\n"
    assert preview["report"]["converted"] == 1
    assert "mindspore.ops.cat" in await run("torchspore.explain", "torch.cat")
    assert "TS101" in await run("torchspore.explain", "TS101")
    assert await run("torchspore.explain", "torch.caat") is None
    assert "torch.cat" in editor.client.messages[-1].message
    assert (await run("torchspore.scanWorkspace"))["files"] == 1


async def test_custom_request(editor: Editor) -> None:
    uri, _ = editor.open("import torch\nx = torch.cat([1], dim=1)\n$0")
    answer = await editor.client.protocol.send_request_async("torchspore/convert", {"textDocument": {"uri": uri}})
    assert answer.text == "from mindspore import ops\nx = ops.cat([1], axis=1)\n"


async def test_cancelled_requests_do_not_harm_the_next(editor: Editor) -> None:
    place = editor.open("import torch\ntorch.c$0at([])\n")
    tasks = [asyncio.ensure_future(editor.hover(*place)) for _ in range(30)]
    for number in range(30):
        editor.client.cancel_request(types.CancelParams(number))
    await asyncio.wait(tasks, timeout=10)
    assert await editor.hover(*place) is not None


class TestInstalledVersion:
    @pytest.fixture
    def options(self, tmp_path: Path) -> dict[str, object]:
        environment = tmp_path / "venv"
        (environment / "lib/python3.11/site-packages/mindspore-2.0.0.dist-info").mkdir(parents=True)
        return {"settings": {"interpreter": [str(environment / "bin/python")]}}

    async def test_what_is_installed_decides_the_answer(self, editor: Editor) -> None:
        text = await editor.hover(*editor.open("import torch\nnet = torch.nn.BatchNorm2d(3)\nnet.buf$0fers()\n"))
        assert text is not None
        assert "→ MindSpore 2.0 ·" in text and "has no buffers" in text
        text = await editor.hover(*editor.open("import torch.nn as nn\nnn.Conv$02d(3, 64, 3)\n", "other.py"))
        assert text is not None
        assert "the target is MindSpore 2.0.0, the proof is from 2.10.0" in text
