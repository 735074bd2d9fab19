"""What the calls in a file say about the parameters of its functions."""

from __future__ import annotations

import pytest

from tests.support import denotes, denotes_nothing, use

HEAD = "import torch\nfrom torch import nn\n"
VIEW = "torch.Tensor.view"

LIKELY = {
    "function": (HEAD + "def f(x):\n    x.vi$0ew(1)\nf(torch.ones(3))", VIEW),
    "default of None": (HEAD + "def f(x=None):\n    x.vi$0ew(1)\nf(torch.ones(3))", VIEW),
    "keyword": (HEAD + "def f(a, x):\n    x.vi$0ew(1)\nf(1, x=torch.ones(3))", VIEW),
    "calls that agree": (HEAD + "def f(x):\n    x.vi$0ew(1)\nf(torch.ones(3))\nf(torch.zeros(3))", VIEW),
    "one unknown": (HEAD + "def f(x):\n    x.vi$0ew(1)\nf(torch.ones(3))\nf(unknown)", VIEW),
    "None does not count": (HEAD + "def f(x):\n    x.vi$0ew(1)\nf(torch.ones(3))\nf(None)", VIEW),
    "method through self": (
        HEAD + "class A:\n    def f(self, x):\n        x.vi$0ew(1)\n    def g(self):\n        self.f(torch.ones(3))",
        VIEW,
    ),
    "method through an object": (
        HEAD + "class A:\n    def f(self, x):\n        x.vi$0ew(1)\na = A()\na.f(torch.ones(3))",
        VIEW,
    ),
    "method through its class": (
        HEAD + "class A:\n    def f(self, x):\n        x.vi$0ew(1)\nA.f(A(), torch.ones(3))",
        VIEW,
    ),
    "constructor": (
        HEAD + "class A:\n    def __init__(self, x):\n        x.vi$0ew(1)\nA(torch.ones(3))",
        VIEW,
    ),
    "constructor of a derived class": (
        HEAD + "class A:\n    def __init__(self, x):\n        x.vi$0ew(1)\nclass B(A): ...\nB(torch.ones(3))",
        VIEW,
    ),
    "constructor through super": (
        HEAD + "class A:\n    def __init__(self, x):\n        x.vi$0ew(1)\n"
        "class B(A):\n    def __init__(self):\n        super().__init__(torch.ones(3))",
        VIEW,
    ),
    "attribute set from the constructor's argument": (
        HEAD + "class A:\n    def __init__(self, x):\n        self.x = x\n    def f(self):\n        self.x.vi$0ew(1)\n"
        "A(torch.ones(3))",
        VIEW,
    ),
    "forward of a list": (
        HEAD + "class A(nn.Module):\n    def forward(self, xs):\n        xs[0].vi$0ew(1)\na = A()\na([torch.ones(3)])",
        VIEW,
    ),
    "overriding method that the base class calls": (
        HEAD + "class A:\n    def run(self):\n        self.f(torch.ones(3))\n    def f(self, x): ...\n"
        "class B(A):\n    def f(self, x):\n        x.vi$0ew(1)",
        VIEW,
    ),
    "nested function": (HEAD + "def f():\n    def g(x):\n        x.vi$0ew(1)\n    g(torch.ones(3))", VIEW),
    "through another function": (
        HEAD + "def g(x):\n    x.vi$0ew(1)\ndef f(x):\n    g(x)\nf(torch.ones(3))",
        VIEW,
    ),
    "class that is passed": (
        HEAD + "def f(block):\n    block(1, 2).wei$0ght\nf(nn.Linear)",
        "torch.nn.Linear.weight",
    ),
    "layers of different classes": (
        HEAD + "def f(m):\n    m.par$0ameters()\nf(nn.Linear(1, 2))\nf(nn.ReLU())",
        "torch.nn.Module.parameters",
    ),
    "mindspore": (
        "from mindspore import ops\ndef f(x):\n    x.su$0m()\nf(ops.ones(3))",
        "mindspore.Tensor.sum",
    ),
    "construct": (
        "from mindspore import nn\nclass A(nn.Cell):\n    def construct(self, x):\n        x.su$0m()",
        "mindspore.Tensor.sum",
    ),
    "forward of a mixin": (
        HEAD + "class M:\n    def forward(self, x):\n        x.vi$0ew(1)\nclass A(M, nn.Module): ...",
        VIEW,
    ),
}

NOTHING = {
    "no call": HEAD + "def f(x):\n    x.me$0an()",
    "member of nothing that is passed": HEAD + "def f(x):\n    x.me$0an\nf(nn.Linear(1, 2))\nf(nn.ReLU())",
    "call of another function of that name": (
        HEAD + "def f(x):\n    x.me$0an\ndef g():\n    def f(x): ...\n    f(torch.ones(3))"
    ),
    "method of another class": (
        HEAD
        + "class A:\n    def f(self, x):\n        x.me$0an\nclass B:\n    def f(self, x): ...\nB().f(torch.ones(3))"
    ),
    "another parameter": HEAD + "def f(x, y):\n    x.me$0an\nf(1, torch.ones(3))",
    "after a star": HEAD + "def f(a, b, x):\n    x.me$0an\nf(*unknown, torch.ones(3))",
    "in a comment": HEAD + "def f(x):\n    x.me$0an\n# f(torch.ones(3))",
    "in a string": HEAD + "def f(x):\n    x.me$0an\n'f(torch.ones(3))'",
    "rebound name": HEAD + "def f(x):\n    x.me$0an\ndef g(f):\n    f(torch.ones(3))",
    "only itself": HEAD + "def f(x):\n    x.me$0an\n    f(x)",
    "forward of a class that is no module": HEAD + "class A:\n    def forward(self, x):\n        x.me$0an",
    "keyword arguments": HEAD + "def f(**kw):\n    kw.vi$0ew\nf(x=torch.ones(3))",
    "a number stays one": HEAD + "def f(x=1):\n    x.me$0an\nf(torch.ones(3))",
}

test_likely = denotes(LIKELY, "likely")

test_nothing = denotes_nothing(NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    g(x)\ndef g(x):\n    f(x)\n    x.vi$0ew\nf(1)",
        "def f0(x):\n    x.vi$0ew\n" + "".join(f"def f{i + 1}(x):\n    f{i}(x)\n" for i in range(300)),
        "def f(x):\n    x.vi$0ew\n" + "f(torch.ones(3))\n" * 5000,
        "".join(f"def f{i}(x):\n" + "".join(f"    f{j}(x)\n" for j in range(25)) for i in range(25)) + "    x.vi$0ew",
    ],
    ids=["circle", "long chain", "many calls", "everybody calls everybody"],
)
def test_bounded(text: str) -> None:
    found = use(text)
    assert found is None or found.certainty == "likely"
