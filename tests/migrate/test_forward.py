"""``forward`` is ``construct``: in classes derived from any layer or from the user's own, and where it is named."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target
from tests.support import converted_file

HEAD = "from torch import nn\n\n\n"
CASES = {
    "a layer of the library as base": (
        "class A(nn.AdaptiveAvgPool2d):\n    def forward(self, input):\n        return super().forward(input)\n",
        "class A(nn.AdaptiveAvgPool2d):\n    def construct(self, input):\n        return super().construct(input)\n",
    ),
    "a class of the user as base": (
        "class A(nn.Module):\n    def forward(self, x):\n        return x\n\n\n"
        "class B(A):\n    def forward(self, x):\n        return super().forward(x) + self.forward(x)\n",
        "class A(nn.Cell):\n    def construct(self, x):\n        return x\n\n\n"
        "class B(A):\n    def construct(self, x):\n        return super().construct(x) + self.construct(x)\n",
    ),
    "an object": (
        "class A(nn.Module):\n    def forward(self, x):\n        return x\n\n\nA().forward(1)\n",
        "class A(nn.Cell):\n    def construct(self, x):\n        return x\n\n\nA().construct(1)\n",
    ),
    "no layer at all": (
        "class A:\n    def forward(self, x):\n        return x\n\n\nA().forward(nn.Linear(1, 2))\n",
        "class A:\n    def forward(self, x):\n        return x\n\n\nA().forward(nn.Dense(1, 2))\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_the_method_follows_its_class(before: str, after: str) -> None:
    assert converted_file(HEAD + before).endswith(after)


def test_a_base_that_stays_keeps_the_method() -> None:
    text = HEAD + "class A(nn.RNNBase):\n    def forward(self, x):\n        return self.forward(x)\n"
    assert "def forward(self, x):\n        return self.forward(x)" in converted_file(text)


def test_the_way_back() -> None:
    text = "from mindspore import nn\n\n\nclass A(nn.Dense):\n    def construct(self, x):\n        return x\n"
    text += "\n\nclass B(A):\n    def construct(self, x):\n        return super().construct(x)\n"
    found = convert_source(text, shipped(), Target("torch", "2.13.0", "any")).text
    assert "construct" not in found
    assert found.count("forward") == 3
