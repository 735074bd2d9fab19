"""``SequentialCell`` takes a list, ``Sequential`` what is in it."""

from __future__ import annotations

import pytest

from tests.support import converted_file

HEAD = "from collections import OrderedDict\n\nfrom mindspore import nn\n\n\n"
CASES = {
    "cells one by one": ("nn.SequentialCell(nn.ReLU(), nn.Tanh())", "nn.Sequential(nn.ReLU(), nn.Tanh())"),
    "a list": ("nn.SequentialCell([nn.ReLU(), nn.Tanh()])", "nn.Sequential(nn.ReLU(), nn.Tanh())"),
    "an unpacked list": ("nn.SequentialCell(*layers)", "nn.Sequential(*layers)"),
    "a name": ("nn.SequentialCell(layers)", "nn.Sequential(*layers)"),
    "one cell": ("nn.SequentialCell(nn.ReLU())", "nn.Sequential(nn.ReLU())"),
    "an ordered dictionary": ("nn.SequentialCell(OrderedDict(a=nn.ReLU()))", "nn.Sequential(OrderedDict(a=nn.ReLU()))"),
    "a dictionary that grows": (
        "a: OrderedDict[str, nn.Cell] = OrderedDict()\na['x'] = nn.ReLU()\nnn.SequentialCell(a)\n",
        "a: OrderedDict[str, nn.Module] = OrderedDict()\na['x'] = nn.ReLU()\nnn.Sequential(a)\n",
    ),
    "a base": (
        "class A(nn.SequentialCell):\n    def construct(self, x):\n        return x\n",
        "class A(nn.Sequential):\n    def forward(self, x):\n        return x\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_a_list_is_unpacked(before: str, after: str) -> None:
    assert converted_file(HEAD + before, "torch").endswith(after)
