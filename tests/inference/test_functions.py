"""What user functions give, and what a call of them gives."""

from __future__ import annotations

from tests.support import denotes, denotes_nothing

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
MIND = "import mindspore as ms\nfrom mindspore import nn, ops\n"

CERTAIN = {
    "annotation": (HEAD + "def f(x) -> torch.Tensor: ...\nf(1).vi$0ew(1)", "torch.Tensor.view"),
    "returns that agree": (
        HEAD + "def f(c):\n    if c:\n        return torch.zeros(3)\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "early return of None": (
        HEAD + "def f(c):\n    if c:\n        return\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "argument given back": (HEAD + "def f(x):\n    return x\nf(torch.ones(3)).vi$0ew(1)", "torch.Tensor.view"),
    "argument by keyword": (
        HEAD + "def f(a, *, x):\n    return x\nf(1, x=torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "second of two calls": (
        HEAD + "def f(x):\n    return x\nf(nn.Linear(1, 2))\nf(torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "method of an argument": (
        HEAD + "def f(x):\n    return x.abs()\nf(torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "class as an argument": (
        HEAD + "def make(cls, *a):\n    return cls(*a)\nmake(nn.Linear, 1, 2).wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "default class": (
        HEAD + "def make(cls=nn.Linear):\n    return cls(1, 2)\nmake().wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "star arguments taken as they come": (
        HEAD + "def f(*xs):\n    return xs[1]\nf(1, torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "through two functions": (
        HEAD + "def g(x):\n    return x\ndef f(x):\n    return g(x)\nf(torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "function given back": (HEAD + "def act():\n    return F.relu\nact()(1).vi$0ew(1)", "torch.Tensor.view"),
    "lambda": (HEAD + "f = lambda x: x\nf(torch.ones(3)).vi$0ew(1)", "torch.Tensor.view"),
    "lambda without arguments": (HEAD + "f = lambda: torch.ones(3)\nf().vi$0ew(1)", "torch.Tensor.view"),
    "tuple": (
        HEAD + "def f():\n    return 1, torch.ones(3)\na, b = f()\nb.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "generator": (
        HEAD + "def f():\n    yield torch.ones(3)\nfor x in f():\n    x.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "yield from": (
        HEAD + "def g():\n    yield torch.ones(3)\ndef f():\n    yield from g()\nfor x in f():\n    x.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "async": (
        HEAD + "async def f():\n    return torch.ones(3)\nasync def g():\n    (await f()).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "nested function": (
        HEAD + "def f():\n    def g():\n        return torch.ones(3)\n    return g()\nf().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "closure": (
        HEAD + "def f():\n    x = torch.ones(3)\n    def g():\n        return x.vi$0ew(1)\n    return g",
        "torch.Tensor.view",
    ),
    "returns of an inner function are not its own": (
        HEAD + "def f():\n    def g():\n        return 1\n    return torch.ones(3)\nf().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "method": (
        HEAD + "class A:\n    def f(self):\n        return torch.ones(3)\nA().f().vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "method's argument": (
        HEAD + "class A:\n    def f(self, x):\n        return x\nA().f(torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "static method": (
        HEAD + "class A:\n    @staticmethod\n    def f(x):\n        return x\nA.f(torch.ones(3)).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "class method": (
        HEAD + "class A(nn.Module):\n    @classmethod\n    def make(cls, n):\n        return cls()\n"
        "A.make(1).par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "module annotation says less than the body": (
        HEAD + "def f() -> nn.Module:\n    return nn.Linear(1, 2)\nf().wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "cell": (MIND + "def make(cls):\n    return cls(1, 2)\nmake(nn.Dense).wei$0ght", "mindspore.nn.Dense.weight"),
    "mindspore argument": (MIND + "def f(x):\n    return x\nf(ops.ones(3)).su$0m()", "mindspore.Tensor.sum"),
    "recursion": (
        HEAD + "def f(n):\n    if n:\n        return f(n - 1)\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "functions that call each other": (
        HEAD + "def f(n):\n    return g(n)\ndef g(n):\n    if n:\n        return f(n)\n"
        "    return torch.ones(3)\nf(1).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "layers of different classes": (
        HEAD + "def f(c):\n    if c:\n        return nn.ReLU()\n    return nn.Linear(1, 2)\nf(1)(2).vi$0ew(1)",
        "torch.Tensor.view",
    ),
}

LIKELY = {
    "one of two known": (
        HEAD + "def f(c):\n    if c:\n        return c\n    return torch.ones(3)\nf(unknown).vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "one of two results": (
        HEAD + "def f(c):\n    if c:\n        return nn.ReLU()\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        "torch.Tensor.view",
    ),
}

NOTHING = {
    "member of none of two results": (
        HEAD + "def f(c):\n    if c:\n        return nn.ReLU()\n    return nn.Linear(1, 2)\nf(1).vi$0ew"
    ),
    "no return": HEAD + "def f():\n    torch.ones(3)\nf().vi$0ew",
    "unknown argument given back": HEAD + "def f(x):\n    return x\nf(unknown).vi$0ew",
    "generator is no tensor": HEAD + "def f():\n    yield torch.ones(3)\nf().vi$0ew",
    "only raises": HEAD + "def f():\n    raise NotImplementedError\nf().vi$0ew",
    "recursion without end": HEAD + "def f(n):\n    return f(n)\nf(1).vi$0ew",
    "too many arguments": HEAD + "def f(x):\n    return x\nf(torch.ones(3), 1).vi$0ew",
    "hidden in a star": HEAD + "def f(a, x):\n    return x\nf(*unknown).vi$0ew",
    "name of the enclosing function's local": HEAD + "def f():\n    x = torch.ones(3)\ndef g():\n    return x.vi$0ew",
}

test_certain = denotes(CERTAIN, "certain")

test_likely = denotes(LIKELY, "likely")

test_nothing = denotes_nothing(NOTHING)
