"""Completion: the counterpart of a name that belongs to the other framework."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .conftest import Editor

CELL = "from mindspore import nn\nclass Net(nn.Cell):\n    pass\nnet = Net()\n"


def named(items: list[types.CompletionItem], typed: str) -> types.CompletionItem:
    (item,) = [item for item in items if item.filter_text == typed]
    return item


@pytest.mark.parametrize("typed", ["", "buf"])
async def test_buffers_of_a_cell(editor: Editor, typed: str) -> None:
    uri, position = editor.open(f"{CELL}net.{typed}$0\n")
    item = named(await editor.completion(uri, position), "buffers")
    assert item.label == "untrainable_params()"
    assert isinstance(item.text_edit, types.TextEdit)
    assert item.text_edit.new_text == "untrainable_params()"
    assert item.text_edit.range.start.character == len("net.")
    assert item.documentation is None
    resolved = await editor.client.completion_item_resolve_async(item)
    assert isinstance(resolved.documentation, types.MarkupContent)
    assert "torch.nn.Module.buffers" in resolved.documentation.value


@pytest.mark.parametrize(
    ("text", "typed", "label"),
    [
        ("from mindspore import nn\nnn.$0", "Linear", "Dense"),
        ("import mindspore as ms\nms.nn.Lin$0", "Linear", "Dense"),
        ("import mindspore as ms\nms.Tensor([1]).$0", "numpy", "asnumpy()"),
        ("import torch\nnet = torch.nn.Linear(1, 2)\nnet.$0", "get_parameters", "parameters()"),
        ("import torch.nn as nn\nnn.$0", "Dense", "Linear"),
        ("from mindspore import nn\nclass N(nn.Cell):\n    def f(self):\n        self.$0", "train", "set_train()"),
    ],
)
async def test_other_names(editor: Editor, text: str, typed: str, label: str) -> None:
    uri, position = editor.open(text)
    assert named(await editor.completion(uri, position), typed).label == label


@pytest.mark.parametrize(
    "text",
    [
        "from mindspore import nn\n# nn.$0",
        "from mindspore import nn\n'nn.$0'",
        "import numpy as np\nnp.$0",
        "x$0",
        "$0",
        "1.$0",
        ".$0",
    ],
)
async def test_nothing_to_offer(editor: Editor, text: str) -> None:
    uri, position = editor.open(text)
    assert await editor.completion(uri, position) == []


BEFORE = "from mindspore import nn\nclass N(nn.Cell):\n    def f(self, x):\n        net = nn.Dense(3, 4)\n"
AFTER = ["", "return x", "y = 3", "net = nn.ReLU()", "net.weight", "x(net)", "if x:\n            pass", "for y in x:"]
OWNERS = ["net", "self", "nn", "net.weight", "nn.Dense(1, 2)", "(net)", "y = net", "x(net", "unknown"]


@pytest.mark.parametrize("owner", OWNERS)
async def test_a_dot_that_nothing_follows(editor: Editor, owner: str) -> None:
    """Whatever the next line is, the same is offered as if a name stood there: an ``x``, which all that holds one
    fits."""
    for number, rest in enumerate(AFTER):
        head, tail = f"{BEFORE}        {owner}.", f"\n        {rest}\n\n    def g(self):\n        pass\n"
        offered: list[list[str]] = []
        for written in ("$0", "x$0"):
            uri, position = editor.open(f"{head}{written}{tail}", f"dot_{number}_{len(written)}.py")
            offered.append(sorted(item.label for item in await editor.completion(uri, position)))
        assert offered[0] == offered[1], rest
        if owner in ("net", "self", "nn", "(net)", "y = net"):
            assert offered[0], rest
