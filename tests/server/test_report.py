"""What a conversion would do: the lens above a file, its page, and conversions of every use of a symbol."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from .conftest import Editor, apply
from .test_actions import chosen

TEXT = (
    "import torch\n\na = torch.cat([torch.ones(2), torch.ones(3)], dim=0)\nb = torch.cat([a, a], 0$0)\n"
    "torch.set_flush_denormal(True)\nc = torch.ones(4, names=('x',))\n"
)


async def lens_of(editor: Editor, uri: str) -> types.CodeLens:
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    assert lenses
    assert lenses[0].range.start.line == 0
    return await editor.client.code_lens_resolve_async(lenses[0])


async def run(editor: Editor, command: str, *arguments: object) -> object:
    return await editor.client.workspace_execute_command_async(
        types.ExecuteCommandParams(command, list(arguments))  # type: ignore[arg-type]  any JSON
    )


def field(answer: object, name: str) -> object:
    return answer[name] if isinstance(answer, dict) else getattr(answer, name)


async def test_the_lens_counts_and_leads_to_the_page(editor: Editor) -> None:
    uri, _ = editor.open(TEXT)
    lens = await lens_of(editor, uri)
    assert lens.command is not None
    assert lens.command.title.startswith("To MindSpore: 4 converted")
    assert "by hand" in lens.command.title and "has no counterpart" in lens.command.title
    answer = await run(editor, lens.command.command, *(lens.command.arguments or []))
    page = str(field(answer, "text"))
    assert page.startswith("# Conversion to MindSpore\n\n4 converted")
    assert "## No counterpart (1)" in page and "## By hand (" in page
    assert f"[5:0]({uri}#L5,1)" in page, "each reason has its place"


async def test_a_file_without_a_framework_has_no_lens(editor: Editor) -> None:
    uri, _ = editor.open("x = 1\n")
    lenses = await editor.client.text_document_code_lens_async(types.CodeLensParams(types.TextDocumentIdentifier(uri)))
    assert not lenses


async def test_every_use_of_one_symbol_in_the_file(editor: Editor) -> None:
    uri, position = editor.open(TEXT.replace("torch.cat([a", "torch.c$1at([a").replace("$0", "").replace("$1", "$0"))
    action = await chosen(editor, await editor.actions(uri, position), "refactor.rewrite.torchspore.rule")
    assert action.title == "Convert every `torch.cat` in this file"
    text = apply(TEXT.replace("$0", ""), action.edit)
    assert text.count("ops.cat(") == 2 and text.count("torch.ones(") == 3 and "import torch\n" in text


async def test_every_use_of_one_symbol_in_the_workspace(editor: Editor) -> None:
    applied: list[types.WorkspaceEdit] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        applied.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    editor.open(TEXT)
    (editor.root / "other.py").write_text("import torch\nd = torch.cat([torch.zeros(1)])\n", encoding="utf-8")
    (editor.root / "none.py").write_text("e = 1\n", encoding="utf-8")
    answer = await run(editor, "torchspore.convertWorkspace", {"symbol": "torch.cat"})
    assert field(answer, "changed") == 2
    (edit,) = applied
    names = {Path(one.text_document.uri).name for one in edit.document_changes or [] if hasattr(one, "text_document")}
    assert names == {"model.py", "other.py"}
    for change in edit.document_changes or []:
        assert isinstance(change, types.TextDocumentEdit)
        text = (editor.root / Path(change.text_document.uri).name).read_text()
        new = apply(text, types.WorkspaceEdit(document_changes=[change]))
        assert "torch.cat(" not in new and "ops.cat(" in new


async def test_the_whole_workspace(editor: Editor) -> None:
    applied: list[types.WorkspaceEdit] = []

    @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        applied.append(params.edit)
        return types.ApplyWorkspaceEditResult(applied=True)

    (editor.root / "other.py").write_text("import torch\nd = torch.cat([torch.zeros(1)])\n", encoding="utf-8")
    answer = await run(editor, "torchspore.convertWorkspace", {"to": "mindspore"})
    assert field(answer, "changed") == 1
    (change,) = applied[0].document_changes or []
    assert isinstance(change, types.TextDocumentEdit)
    new = apply("import torch\nd = torch.cat([torch.zeros(1)])\n", types.WorkspaceEdit(document_changes=[change]))
    assert "torch" not in new


async def test_an_unknown_symbol_is_told(editor: Editor) -> None:
    assert await run(editor, "torchspore.convertWorkspace", {"symbol": "torch.nothing"}) is None
    await asyncio.sleep(0.1)
    assert any("torch.nothing" in one.message for one in editor.client.messages)


TO_TORCH = """import mindspore as ms
from mindspore import nn

net = nn.Dense(3, 2)
optimizer = nn.SGD(net.trainable_params(), 0.1)
net.set_train()


def forward_fn(x):
    return net(x).sum()


grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
for x in loader:
    loss, grads = grad_fn(x)$0
    optimizer(grads)
"""


async def test_a_step_of_mindspore_becomes_one_of_torch(editor: Editor) -> None:
    kind = "refactor.rewrite.torchspore.training"
    uri, position = editor.open(TO_TORCH)
    action = await chosen(editor, await editor.actions(uri, position), kind)
    assert action.title == "Convert file to PyTorch with its training steps (check the result)"
    text = apply(TO_TORCH.replace("$0", ""), action.edit)
    assert text.endswith(
        "for x in loader:\n    optimizer.zero_grad()\n    loss = net(x).sum()\n"
        "    loss.backward()\n    optimizer.step()\n"
    )
    uri, position = editor.open(TO_TORCH.replace("$0", "").replace("import nn", "import n$0n"), "elsewhere.py")
    assert kind not in {one.kind for one in await editor.actions(uri, position)}


class TestGroups:
    """Of a client that shows groups of edits."""

    @pytest.fixture
    def annotations(self) -> bool:
        return True

    async def test_what_is_to_be_checked_waits(self, editor: Editor) -> None:
        applied: list[types.WorkspaceEdit] = []

        @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            applied.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        (editor.root / "a.py").write_text("import torch\ny = torch.randn(3)\nx = torch.ones(3)\n", encoding="utf-8")
        await run(editor, "torchspore.convertWorkspace", {"to": "mindspore"})
        groups = applied[0].change_annotations or {}
        assert groups["certain"].needs_confirmation is not True
        assert groups["torch.randn"].needs_confirmation


class TestChinese:
    @pytest.fixture
    def locale(self) -> str:
        return "zh-cn"

    async def test_the_lens_and_the_page(self, editor: Editor) -> None:
        uri, _ = editor.open(TEXT)
        lens = await lens_of(editor, uri)
        assert lens.command is not None and lens.command.title.startswith("转换为 MindSpore：已转换 4 处")
        page = str(field(await run(editor, "torchspore.report", uri), "text"))
        assert "没有对应接口（1）" in page and "需手工处理" in page
