"""What changes a tensor in place: assigned to where the tensor is made here, copied into where others hold it too."""

from __future__ import annotations

import pytest

from tests.support import converted_file, converted_use, refused_use

HEAD = "import torch\nimport torch.nn as nn\n\n\ndef f(x: torch.Tensor, y: torch.Tensor):\n"
MODULE = (
    "import torch\nimport torch.nn as nn\n\n\nclass N(nn.Module):\n"
    "    def __init__(self):\n        super().__init__()\n"
    "        self.w = nn.Parameter(torch.zeros(3))\n        self.register_buffer('b', torch.zeros(3))\n\n"
    "    def forward(self, x: torch.Tensor):\n"
)

CONVERTED = {
    "made here": (HEAD + "    z = x + y\n    z.abs$0_()\n", "    z = z.abs()\n"),
    "made here, by a template": (HEAD + "    z = x + y\n    z.clamp_max$0_(1.0)\n", "    z = z.clamp(max=1.0)\n"),
    "a comment stays": (HEAD + "    z = x + y\n    z.abs$0_()  # positive\n", "    z = z.abs()  # positive\n"),
    "several on a line": (HEAD + "    z = x + y; z.abs$0_(); y = z\n", "; z = z.abs(); y = z\n"),
    "an argument": (HEAD + "    x.abs$0_()\n", "    x.copy_(x.abs())\n"),
    "an argument, by a function": (HEAD + "    x.relu$0_()\n", "    x.copy_("),
    "an argument of forward": (MODULE + "        x.abs$0_()\n", "        x = x.abs()\n"),
    "another name of something": (HEAD + "    z = x\n    z.abs$0_()\n", "    z.copy_(z.abs())\n"),
    "an item of a loop": (HEAD + "    for z in [x + y]:\n        z.abs$0_()\n", "        z.copy_(z.abs())\n"),
    "used as a value": (HEAD + "    y = x.abs$0_()\n", "    y = x.copy_(x.abs())\n"),
    "made here and used as a value": (HEAD + "    z = x + y\n    y = z.abs$0_()\n", "    y = z.copy_(z.abs())\n"),
    "with arguments": (HEAD + "    x.add$0_(y, alpha=2)\n", "    x.copy_("),
    "a row": (HEAD + "    x[0].abs$0_()\n", "    x[0] = x[0].abs()\n"),
    "a slice": (HEAD + "    x[:, 1:].abs$0_()\n", "    x[:, 1:] = x[:, 1:].abs()\n"),
    "a buffer": (MODULE + "        self.b.abs$0_()\n", "        self.b = self.b.abs()\n"),
    "a parameter": (MODULE + "        self.w.abs$0_()\n", "        self.w.copy_(self.w.abs())\n"),
    "the data of a parameter": (
        MODULE + "        self.w.data.add$0_(1)\n",
        "        self.w.data.copy_(self.w.data.add(1))\n",
    ),
    "filled": (HEAD + "    z = x + y\n    z.zero$0_()\n", "    z.copy_(ops.zeros_like(z))\n"),
    "a row filled": (HEAD + "    x[0].zero$0_()\n", "    x[0] = ops.zeros_like(x[0])\n"),
    "another shape": (HEAD + "    x.unsqueeze$0_(0)\n", "    x = x.unsqueeze(0)\n"),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_converted(name: str) -> None:
    before, after = CONVERTED[name]
    assert after in converted_use(before)


REFUSED = {
    "its value goes on": HEAD + "    z = x.abs$0_().sum()\n",
    "another shape as a value": HEAD + "    y = x.unsqueeze$0_(0)\n",
    "another shape of an attribute's parameter": MODULE + "        self.w.unsqueeze$0_(0)\n",
    "a mask gives a copy": HEAD + "    x[y > 0].abs$0_()\n",
    "an index by name may be a mask": HEAD + "    x[y].abs$0_()\n",
    "a view by a method": HEAD + "    x.view(-1).abs$0_()\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    assert refused_use(REFUSED[name]) in {"TS314", "TS309"}


@pytest.mark.parametrize("method", ["zero_", "abs_", "squeeze_"])
def test_a_buffer_of_a_layer_has_its_new_name_on_both_sides(method: str) -> None:
    layer = MODULE.replace("    def forward", "        self.bn = nn.BatchNorm2d(3)\n\n    def forward")
    text = converted_file(f"{layer}        self.bn.running_mean.{method}()\n")
    assert "running_mean" not in text
    assert text.count("self.bn.moving_mean") == 2
