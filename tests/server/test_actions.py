"""Code actions: offered, resolved late, applied."""

from __future__ import annotations

import ast

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
    action = await chosen(editor, await editor.actions(uri, position), "quickfix")
    assert action.title == "TorchSpore (TS101): Register without assigning"
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
