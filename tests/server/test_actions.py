"""Code actions: offered, resolved late, applied."""

from __future__ import annotations

import ast

import pytest
from lsprotocol import types

from .conftest import Editor, apply

CONV = "import torch.nn as nn\nlayer = nn.Con$0v2d(3, 64, 3)\n"
NONE = (
    "import torch\nclass N(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    '        self.mask = self.regis$0ter_buffer("mask", torch.zeros(3))\n'
)


async def chosen(editor: Editor, actions: list[types.CodeAction], kind: str) -> types.CodeAction:
    (action,) = [action for action in actions if action.kind == kind]
    assert action.edit is None, "edits are worked out when the action is chosen"
    return await editor.client.code_action_resolve_async(action)


async def test_convert_the_call_under_the_cursor(editor: Editor) -> None:
    uri, position = editor.open(CONV)
    actions = await editor.actions(uri, position)
    action = await chosen(editor, actions, "refactor.rewrite.torchspore.call")
    assert action.title == "Convert to `mindspore.nn.Conv2d(…)`"
    text = apply(CONV.replace("$0", ""), action.edit)
    assert text == (
        "import torch.nn as nn\nimport mindspore\n"
        "layer = mindspore.nn.Conv2d(3, 64, 3, has_bias=True, pad_mode='pad')\n"
    )


async def test_the_cursor_may_stand_among_the_arguments(editor: Editor) -> None:
    uri, position = editor.open("import torch\ny = torch.cat([1, 2$0], dim=1)\n")
    titles = [action.title for action in await editor.actions(uri, position)]
    assert any("mindspore.ops.cat(…)" in title for title in titles)


async def test_fix_of_a_finding(editor: Editor) -> None:
    uri, position = editor.open(NONE)
    title = "TorchSpore (TS101): Register without assigning"
    fixes = [one for one in await editor.actions(uri, position) if one.title == title]
    action = await chosen(editor, fixes, "quickfix")
    assert action.is_preferred
    text = apply(NONE.replace("$0", ""), action.edit)
    assert '        self.register_buffer("mask", torch.zeros(3))\n' in text


async def test_only_what_was_asked_for(editor: Editor) -> None:
    for text, only in (
        (NONE, "quickfix"),
        (CONV, "refactor.rewrite"),
        (NONE, "source.fixAll"),
        (NONE, "source.convert.torchspore"),
    ):
        uri, position = editor.open(text, f"{only}.py")
        kinds = {action.kind for action in await editor.actions(uri, position, [only])}
        assert kinds, only
        assert all(str(kind).startswith(only) for kind in kinds)
    assert await editor.actions(uri, position, ["refactor.extract"]) == []


async def test_convert_the_file(editor: Editor) -> None:
    uri, position = editor.open(NONE)
    action = await chosen(
        editor, await editor.actions(uri, position, ["source.convert.torchspore"]), "source.convert.torchspore"
    )
    text = apply(NONE.replace("$0", ""), action.edit)
    ast.parse(text)
    assert "nn.Cell" in text and "import torch" not in text


STEP = """import torch
from torch import nn

net = nn.Linear(3, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net.train()
for x in loader:
    optimizer.zero_grad()
    loss = net(x).sum()
    loss.backward()$0
    optimizer.step()
"""


async def test_convert_the_training_step(editor: Editor) -> None:
    """Only at a step, and never as what is preferred: its meaning is for the user to check."""
    kind = "refactor.rewrite.torchspore.training"
    uri, position = editor.open(STEP)
    action = await chosen(editor, await editor.actions(uri, position), kind)
    assert not action.is_preferred
    text = apply(STEP.replace("$0", ""), action.edit)
    assert "    loss, grads = grad_fn(x)\n    optimizer(grads)\n" in text
    uri, position = editor.open(STEP.replace("$0", "").replace("lr=", "$0lr="), "elsewhere.py")
    assert kind not in {one.kind for one in await editor.actions(uri, position)}


async def test_an_action_of_an_older_version_changes_nothing(editor: Editor) -> None:
    uri, position = editor.open(CONV)
    (action, *_) = await editor.actions(uri, position)
    editor.change(uri, (0, 0), (0, 0), "# new first line\n")
    resolved = await editor.client.code_action_resolve_async(action)
    assert resolved.edit is None


async def test_nothing_to_do(editor: Editor) -> None:
    uri, position = editor.open("x = 1$0\n")
    assert await editor.actions(uri, position) == []


SIZES = (
    "import torch\nimport torch.nn as nn\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
    "        y = torch.cat([x, to$0rch.zeros(2)], dim=1)\n        return y.sum()\n\n\nz = torch.ones(3)\n"
)


async def sized(editor: Editor, text: str, kind: str) -> str:
    uri, position = editor.open(text)
    return apply(text.replace("$0", ""), (await chosen(editor, await editor.actions(uri, position), kind)).edit)


async def test_convert_the_statement(editor: Editor) -> None:
    text = await sized(editor, SIZES, "refactor.rewrite.torchspore.statement")
    assert "y = ops.cat([x, ops.zeros((2,))], axis=1)" in text
    assert "class Net(nn.Module)" in text and "z = torch.ones(3)" in text and "def forward" in text


async def test_convert_the_class(editor: Editor) -> None:
    text = await sized(editor, SIZES, "refactor.rewrite.torchspore.class")
    assert "Cell):" in text and "def construct" in text and "z = torch.ones(3)" in text
    assert "import torch\n" in text, "the rest of the file still needs it"
    ast.parse(text)


async def test_best_effort_converts_what_is_likely(editor: Editor) -> None:
    plain = await sized(editor, SIZES, "refactor.rewrite.torchspore.class")
    assert "TODO" not in plain
    likely = SIZES.replace("y.sum()", "torch.fx.symbolic_trace(self)")
    text = await sized(editor, likely, "refactor.rewrite.torchspore.class.bestEffort")
    assert "        # TODO(torchspore): " in text
    ast.parse(text)


async def test_convert_the_selection(editor: Editor) -> None:
    uri, _ = editor.open("import torch\na = torch.ones(1)\nb = torch.ones(2)\nc = torch.ones(3)\n")
    found = await editor.client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(types.Position(1, 0), types.Position(2, 17)),
            types.CodeActionContext(diagnostics=[], only=["refactor.rewrite.torchspore.selection"]),
        )
    )
    action = next(one for one in found or [] if isinstance(one, types.CodeAction))
    done = await editor.client.code_action_resolve_async(action)
    text = apply("import torch\na = torch.ones(1)\nb = torch.ones(2)\nc = torch.ones(3)\n", done.edit)
    assert text.count("torch.ones") == 1 and "c = torch.ones(3)" in text


async def test_the_preview_is_an_action_of_its_own(editor: Editor) -> None:
    uri, position = editor.open(SIZES)
    found = await editor.client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(position, position),
            types.CodeActionContext(diagnostics=[], only=["refactor.rewrite.torchspore.file.preview"]),
        )
    )
    (preview,) = found or []  # the client of these tests takes an action with a command for a command
    command = preview.command if isinstance(preview, types.CodeAction) else preview
    assert preview.title == "Preview file in MindSpore"
    assert "torchspore.previewFile" in str(command)


class TestGroups:
    """Of a client that shows groups of edits."""

    @pytest.fixture
    def annotations(self) -> bool:
        return True

    async def test_what_is_to_be_checked_is_confirmed(self, editor: Editor) -> None:
        uri, position = editor.open("import torch\nx = torch.ones(3$0)\ntorch.manual_seed(0)\ny = torch.randn(3)\n")
        action = await chosen(editor, await editor.actions(uri, position), "refactor.rewrite.torchspore.file")
        edit = action.edit
        assert edit is not None and edit.document_changes is not None
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        asked = {
            change.annotation_id
            for change in change.edits
            if isinstance(change, types.AnnotatedTextEdit)
            and (edit.change_annotations or {})[change.annotation_id].needs_confirmation
        }
        assert asked and "torch.ones" not in asked


BUFFER = (
    "import torch\nfrom torch import nn\n\n\nclass N(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    '        self.regis$0ter_buffer("mask", torch.zeros(3), persistent=False)\n'
)


async def test_a_buffer_in_the_other_form_and_back(editor: Editor) -> None:
    kind = "refactor.rewrite.torchspore.buffer"
    uri, position = editor.open(BUFFER)
    action = await chosen(editor, await editor.actions(uri, position), kind)
    assert action.title == "Register the buffer as `nn.Buffer`"
    text = apply(BUFFER.replace("$0", ""), action.edit)
    assert "        self.mask = nn.Buffer(torch.zeros(3), persistent=False)\n" in text
    uri, position = editor.open(text.replace("nn.Buffer", "nn.Buf$0fer"), "back.py")
    action = await chosen(editor, await editor.actions(uri, position, [kind]), kind)
    assert action.title == "Register the buffer with `register_buffer`"
    assert apply(text, action.edit) == BUFFER.replace("$0", "")
