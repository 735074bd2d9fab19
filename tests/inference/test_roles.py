"""Parameters whose function's role says what they are: never certain."""

from __future__ import annotations

from tests.support import denotes, denotes_nothing

HEAD = "import torch\nfrom torch import nn\n"
MIND = "import mindspore as ms\nfrom mindspore import nn\n"
NET = "class A(nn.Module):\n    def forward(self, "

LIKELY = {
    "forward": (HEAD + NET + "x):\n        x.me$0an()", "torch.Tensor.mean"),
    "forward, several": (HEAD + NET + "*xs):\n        xs[0].me$0an()", "torch.Tensor.mean"),
    "forward, left out": (HEAD + NET + "x, mask=None):\n        mask.me$0an()", "torch.Tensor.mean"),
    "construct": (MIND + "class A(nn.Cell):\n    def construct(self, x):\n        x.me$0an()", "mindspore.Tensor.mean"),
    "bprop": (
        MIND + "class A(nn.Cell):\n    def bprop(self, x, out, dout):\n        dout.me$0an()",
        "mindspore.Tensor.mean",
    ),
    "function of its own": (
        HEAD
        + "class A(torch.autograd.Function):\n    @staticmethod\n    def backward(ctx, grad):\n        grad.me$0an()",
        "torch.Tensor.mean",
    ),
    "context": (
        HEAD + "class A(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        ctx.save_for_ba$0ckward(x)",
        "torch.autograd.function.FunctionCtx.save_for_backward",
    ),
    "function that is applied to the layers": (
        HEAD + "def init(m):\n    m.trai$0ning\nclass A(nn.Module):\n    def __init__(self):\n        self.apply(init)",
        "torch.nn.Module.training",
    ),
    "method that is applied to the layers": (
        HEAD + "class A(nn.Module):\n    def __init__(self):\n        self.apply(self.init)\n"
        "    def init(self, m):\n        m.trai$0ning",
        "torch.nn.Module.training",
    ),
    "hook": (
        HEAD + "def hook(module, inputs, output):\n    output.me$0an()\nnn.Linear(1, 2).register_forward_hook(hook)",
        "torch.Tensor.mean",
    ),
    "inputs of a hook": (
        HEAD + "def hook(module, inputs, output):\n    inputs[0].me$0an()\nnn.Linear(1, 2).register_forward_hook(hook)",
        "torch.Tensor.mean",
    ),
    "lambda as a hook": (HEAD + "torch.ones(3).register_hook(lambda g: g.me$0an())", "torch.Tensor.mean"),
    "lambda for each": (HEAD + "map(lambda t: t.me$0an(), [torch.ones(3)])", "torch.Tensor.mean"),
    "key": (HEAD + "sorted([torch.ones(3)], key=lambda t: t.me$0an())", "torch.Tensor.mean"),
}

NOTHING = {
    "dict": HEAD + NET + "x):\n        x['a']\n        x.me$0an()",
    "list": HEAD + NET + "x):\n        x.append(1)\n        x.me$0an()",
    "left out and not used as a tensor": HEAD + NET + "x, mask=None):\n        mask.something\n        mask.me$0an()",
    "number": HEAD + NET + "x, n=1):\n        n.me$0an()",
    "applied to a table": HEAD + "def f(row):\n    row.trai$0ning\ntable.apply(f)",
    "passed elsewhere": HEAD + "def f(m):\n    m.trai$0ning\nregister(f)",
    "lambda elsewhere": HEAD + "register(lambda t: t.me$0an())",
    "lambda over something unknown": HEAD + "map(lambda t: t.me$0an(), unknown)",
    "backward of a class that is no function": (
        HEAD + "class A:\n    @staticmethod\n    def backward(ctx, grad):\n        grad.me$0an()"
    ),
    "second argument of an applied function": (
        HEAD
        + "def init(m, n):\n    n.trai$0ning\nclass A(nn.Module):\n    def __init__(self):\n        self.apply(init)"
    ),
}

test_likely = denotes(LIKELY, "likely")

test_nothing = denotes_nothing(NOTHING)
