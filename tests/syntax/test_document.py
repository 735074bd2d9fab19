"""Incremental documents: any edit gives the tree that a fresh parse gives."""

from __future__ import annotations

import random

import pytest

from lsp_server.syntax.document import Document

TEXTS = [
    "",
    "import torch\n\n\nclass A(torch.nn.Module):\n    def forward(self, x):\n        return x.view(1, -1)\n",
    "x = 1\r\ny = '😀' + x\r\n",
    "变量 = torch.zeros(3)  # 注释\n",
    "\ufeffimport torch\n",
    "def f(:\n    return (\n",
    "\tif x:\n\t\ty = 1\n",
]
PIECES = ["", "x", "\n", "    ", "(", ")", "'", "#", "def f():\n", "😀", "变", "\r\n", ".view(", "import torch\n", ":"]


def shape(document: Document) -> str:
    return str(document.root)


@pytest.mark.parametrize("text", TEXTS)
def test_edits_in_lockstep_with_fresh_parses(text: str) -> None:
    chance = random.Random(20261122)
    document = Document.parse(text)
    for _ in range(60):
        characters = document.text
        start = chance.randint(0, len(characters))
        end = min(len(characters), start + chance.choice([0, 0, 1, 3, 10]))
        piece = chance.choice(PIECES)
        document = document.edited(len(characters[:start].encode()), len(characters[:end].encode()), piece)
        assert document.text == characters[:start] + piece + characters[end:]
        assert shape(document) == shape(Document.parse(document.text))


@pytest.mark.parametrize("text", [*TEXTS, "a = '\udc80'"])
def test_text_survives(text: str) -> None:
    assert Document.parse(text).text == text


def test_name_at_its_end() -> None:
    document = Document.parse("x = net.buffers()\n")
    assert document.text_of(document.node_at(15)) == "buffers"


def test_newline_of_the_file() -> None:
    assert Document.parse("a\r\nb\r\n").newline == "\r\n"
    assert Document.parse("a\nb\r\n").newline == "\n"
    assert Document.parse("").newline == "\n"
