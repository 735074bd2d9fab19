"""Statements that change a tensor in place become assignments; what cannot be assigned is refused."""

from __future__ import annotations

import pytest

from tests.support import converted_use, refused_use

HEAD = "import torch\nimport torch.nn as nn\n\n\ndef f(x: torch.Tensor, y: torch.Tensor):\n"
MODULE = (
    "import torch\nimport torch.nn as nn\n\n\nclass N(nn.Module):\n"
    "    def __init__(self):\n        super().__init__()\n"
    "        self.w = nn.Parameter(torch.zeros(3))\n        self.register_buffer('b', torch.zeros(3))\n\n"
    "    def forward(self, x: torch.Tensor):\n"
)

CONVERTED = {
    "a name": (HEAD + "    x.abs$0_()\n", "    x = x.abs()\n"),
    "a template": (HEAD + "    x.clamp_max$0_(1.0)\n", "    x = x.clamp(max=1.0)\n"),
    "a comment stays": (HEAD + "    x.abs$0_()  # positive\n", "    x = x.abs()  # positive\n"),
    "several on a line": (HEAD + "    x.abs$0_(); y = x\n", "    x = x.abs(); y = x\n"),
    "a row": (HEAD + "    x[0].abs$0_()\n", "    x[0] = x[0].abs()\n"),
    "a slice": (HEAD + "    x[:, 1:].abs$0_()\n", "    x[:, 1:] = x[:, 1:].abs()\n"),
    "a buffer": (MODULE + "        self.b.abs$0_()\n", "        self.b = self.b.abs()\n"),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_converted(name: str) -> None:
    before, after = CONVERTED[name]
    assert after in converted_use(before)


REFUSED = {
    "used as a value": HEAD + "    y = x.abs$0_()\n",
    "returned": HEAD + "    return x.abs$0_()\n",
    "chained": HEAD + "    x.abs_().ceil$0_()\n",
    "inside a call": HEAD + "    print(x.abs$0_())\n",
    "one of several values": HEAD + "    x.abs$0_(), y\n",
    "in brackets": HEAD + "    (x.abs$0_())\n",
    "a parameter": MODULE + "        self.w.abs$0_()\n",
    "a mask gives a copy": HEAD + "    x[y > 0].abs$0_()\n",
    "an index by name may be a mask": HEAD + "    x[y].abs$0_()\n",
    "a view by a method": HEAD + "    x.view(-1).abs$0_()\n",
    "the data of a tensor": HEAD + "    x.data.abs$0_()\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    assert refused_use(REFUSED[name]) in {"TS314", "TS309"}
