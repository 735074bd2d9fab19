"""Migration mode in the editor: findings, quick fixes, figures, what is left, and everything safe at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types

from tests.server.conftest import Editor, apply

NET = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Lin$0ear(8, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.flatten(self.linear(x), 1)


if not torch.compiled_with_cxx11_abi():
    net = Net()
"""
STEP = """import torch
from torch import nn

net = nn.Linear(3, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
optimizer.zero_grad()
loss = net(torch.ones(1, 3)).sum()
loss.back$0ward()
optimizer.step()
"""
OTHER = "import torch\n\nx = torch.ones(2)\n"


def plain(value: Any) -> Any:
    """The objects that pygls makes of answers it does not know, as dictionaries."""
    if hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


async def ask(editor: Editor, method: str, **params: Any) -> Any:
    return plain(await editor.client.protocol.send_request_async(method, params))


class TestOn:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"settings": {"migration": {"mode": "torch-to-mindspore"}}}

    async def test_a_finding_for_each_use_that_changes(self, editor: Editor) -> None:
        uri, _ = editor.open(NET)
        found = {one.code: one for one in await editor.diagnostics(uri)}
        assert set(found) == {"TS201", "TS204", "TS302"}
        assert found["TS201"].severity == types.DiagnosticSeverity.Hint
        assert found["TS204"].severity == types.DiagnosticSeverity.Warning
        assert found["TS302"].severity == types.DiagnosticSeverity.Error
        flatten = found["TS204"].range
        assert (flatten.start.line, flatten.start.character, flatten.end.character) == (10, 15, 28)

    async def test_the_quick_fix_is_the_conversion(self, editor: Editor) -> None:
        uri, position = editor.open(NET)
        titles = [one.title for one in await editor.actions(uri, position)]
        assert titles.count("Convert to `mindspore.nn.Dense(…)`") == 1
        (fix,) = [one for one in await editor.actions(uri, position, ["quickfix"]) if one.title.startswith("Convert")]
        assert fix.diagnostics is not None and [one.code for one in fix.diagnostics] == ["TS201"]
        resolved = await editor.client.code_action_resolve_async(fix)
        assert "nn.Dense(8, 4)" in apply(NET.replace("$0", ""), resolved.edit)

    async def test_a_training_step_is_converted_by_the_quick_fix_of_its_calls(self, editor: Editor) -> None:
        uri, position = editor.open(STEP)
        found = [one for one in await editor.diagnostics(uri) if one.code == "TS205"]
        assert [one.range.start.line for one in found] == [5, 7, 8]
        assert {one.severity for one in found} == {types.DiagnosticSeverity.Information}
        (fix,) = [one for one in await editor.actions(uri, position, ["quickfix"]) if one.title.startswith("Convert")]
        assert fix.diagnostics is not None and [one.code for one in fix.diagnostics] == ["TS205"]
        resolved = await editor.client.code_action_resolve_async(fix)
        text = apply(STEP.replace("$0", ""), resolved.edit)
        assert "value_and_grad" in text and "optimizer(grads)" in text and "zero_grad" not in text
        figures = await ask(editor, "torchspore/progress", uri=uri)
        assert (figures["none"], figures["byHand"]) == (0, 0)

    async def test_figures(self, editor: Editor) -> None:
        uri, _ = editor.open(NET)
        editor.open(OTHER + "$0", "other.py")
        (editor.root / "unread.py").write_text("import mindspore\n\nx = mindspore.ops.ones((2,))\n", encoding="utf-8")
        (editor.root / "nothing.py").write_text("print(1)\n", encoding="utf-8")
        one = await ask(editor, "torchspore/progress", uri=uri)
        assert one["uri"] == uri and one["target"]["framework"] == "mindspore"
        assert one["none"] == 1 and one["check"] == 1 and one["done"] == 0 and one["percent"] == 0
        assert one["total"] == one["left"] == one["convertible"] + one["byHand"] + one["none"]
        whole = await ask(editor, "torchspore/progress")
        assert [file["uri"].rpartition("/")[2] for file in whole["files"]] == ["model.py", "other.py", "unread.py"]
        assert whole["total"] == sum(file["total"] for file in whole["files"])
        assert whole["percent"] == 100 * whole["done"] // whole["total"] > 0

    async def test_what_is_left(self, editor: Editor) -> None:
        uri, _ = editor.open(NET)
        editor.open(OTHER + "$0", "other.py")
        found = await ask(editor, "torchspore/left")
        assert [file["uri"].rpartition("/")[2] for file in found["files"]] == ["model.py", "other.py"]
        uses = found["files"][0]["uses"]
        scripting = next(one for one in uses if one["symbol"] == "torch.compiled_with_cxx11_abi")
        assert (scripting["way"], scripting["code"], scripting["severity"]) == ("none", "TS302", "error")
        assert "has no counterpart" in scripting["reason"]
        assert scripting["range"]["start"] == {"line": 13, "character": 7}
        assert found["files"] == [*(await ask(editor, "torchspore/left", uri=uri))["files"], found["files"][1]]

    async def test_what_is_safe_is_shown_with_one_edit(self, editor: Editor) -> None:
        editor.open(NET)
        editor.open(OTHER + "$0", "other.py")
        found = await ask(editor, "torchspore/convertSafe")
        texts = {file["uri"].rpartition("/")[2]: file["text"] for file in found["files"]}
        assert "nn.Dense(8, 4)" in texts["model.py"] and "torch.flatten(" in texts["model.py"]
        assert texts["other.py"] == "from mindspore import ops\n\nx = ops.ones((2,))\n"
        assert len(found["edit"]["documentChanges"]) == 2
        assert found["converted"] == sum(file["converted"] for file in found["files"])

    @pytest.mark.parametrize("answer", [True, False])
    async def test_a_client_without_previews_is_asked(self, editor: Editor, answer: bool) -> None:
        editor.open(NET)
        (editor.root / "other.py").write_text(OTHER, encoding="utf-8")
        applied: list[types.WorkspaceEdit] = []

        @editor.client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
        def asked(params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
            assert "2 files" in params.message and params.actions is not None
            return params.actions[0] if answer else None

        @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            applied.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("torchspore.convertWorkspaceSafe", [])
        )
        assert len(applied) == answer
        if answer:
            assert applied[0].document_changes is not None and len(applied[0].document_changes) == 2

    async def test_a_suppressed_use_stays_left(self, editor: Editor) -> None:
        text = OTHER.replace("ones(2)", "ones(2)  # torchspore: ignore[TS201]")
        uri, _ = editor.open(text + "$0")
        assert await editor.diagnostics(uri) == []
        assert (await ask(editor, "torchspore/progress", uri=uri))["left"] == 1


class TestOnWithPreviews:
    @pytest.fixture
    def options(self) -> dict[str, Any]:
        return {"settings": {"migration": {"mode": "auto"}, "language": "zh-cn"}}

    @pytest.fixture
    def annotations(self) -> bool:
        return True

    async def test_the_client_shows_what_it_is_asked_to_apply(self, editor: Editor) -> None:
        uri, _ = editor.open(NET)
        applied: list[types.WorkspaceEdit] = []

        @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply_edit(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
            applied.append(params.edit)
            return types.ApplyWorkspaceEditResult(applied=True)

        await editor.client.workspace_execute_command_async(
            types.ExecuteCommandParams("torchspore.convertFileSafe", [uri])
        )
        (edit,) = applied
        assert edit.change_annotations is not None
        (group,) = edit.change_annotations.values()
        assert group.needs_confirmation and "安全转换" in group.label

    async def test_findings_speak_chinese(self, editor: Editor) -> None:
        uri, _ = editor.open(NET)
        found = {one.code: one.message for one in await editor.diagnostics(uri)}
        assert "没有对应接口" in found["TS302"] and "差异" in found["TS204"]


async def test_off_is_quiet(editor: Editor) -> None:
    uri, _ = editor.open(NET)
    assert await editor.diagnostics(uri) == []
    assert await ask(editor, "torchspore/progress", uri=uri) is None
    assert await ask(editor, "torchspore/progress") is None
    assert await ask(editor, "torchspore/left") is None
    assert await ask(editor, "torchspore/convertSafe") is None
    assert any("Migration mode is off" in one.message for one in editor.client.messages)


async def test_it_can_be_switched_on_by_a_file(editor: Editor) -> None:
    uri, _ = editor.open(NET)
    (editor.root / "torchspore.toml").write_text('migration.mode = "torch-to-mindspore"\n', encoding="utf-8")
    await asyncio.sleep(0.8)
    assert {one.code for one in await editor.diagnostics(uri)} == {"TS201", "TS204", "TS302"}
