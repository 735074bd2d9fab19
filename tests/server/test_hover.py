"""Hovers, asked of a real server."""

from __future__ import annotations

import pytest
from lsprotocol import types

from .conftest import Editor


async def test_call_with_changed_arguments(editor: Editor) -> None:
    place = editor.open("import torch.nn as nn\nlayer = nn.Con$0v2d(3, 64, 3)\n")
    text = await editor.hover(*place)
    assert text is not None
    assert text.startswith("**torch.nn.Conv2d** → MindSpore 2.10 · any device")
    assert "nn.Conv2d(3, 64, 3, has_bias=True, pad_mode='pad')" in text


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nnp.ar$0ange(3)\n",
        "x = 1\nx$0\n",
        "# torch.c$0at\n",
        'text = "torch.c$0at"\n',
        "import torch\ntorch.no_such_na$0me\n",
        "torch = object()\ntorch.c$0at\n",
        "def torch_like(torch):\n    return torch.c$0at\n",
        "$0",
    ],
)
async def test_nothing_to_say(editor: Editor, source: str) -> None:
    assert await editor.hover(*editor.open(source)) is None


async def test_wide_characters_before_the_cursor(editor: Editor) -> None:
    text = await editor.hover(*editor.open('import torch\n变量 = "😀😀"; y = torch.c$0at([变量])\n'))
    assert text is not None and "torch.cat" in text


async def test_what_was_shown_before_follows_the_settings(editor: Editor) -> None:
    place = editor.open("import torch\nx = torch.c$0at([])\n")
    english = await editor.hover(*place)
    assert english is not None and await editor.hover(*place) == english
    for language, wanted in (("zh-cn", "任意设备"), ("en", "any device")):
        settings = {"torchspore": {"language": language}}
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
        text = await editor.hover(*place)
        assert text is not None and wanted in text


class TestChinese:
    @pytest.fixture
    def locale(self) -> str:
        return "zh-cn"

    async def test_hover_follows_the_editor(self, editor: Editor) -> None:
        text = await editor.hover(*editor.open("import torch\ntorch.c$0at([])\n"))
        assert text is not None and "任意设备" in text and "改写为" in text
