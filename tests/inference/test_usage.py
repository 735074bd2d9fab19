"""What functions do with their parameters tells what those are, and is never certain."""

from __future__ import annotations

from tests.support import denotes, denotes_nothing

HEAD = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
VIEW = "torch.Tensor.view"

LIKELY = {
    "method that only tensors have": (HEAD + "def f(x):\n    y = x.unsqueeze(1)\n    return x.vi$0ew(1)", VIEW),
    "passed to a function of tensors": (
        HEAD + "def f(x):\n    y = F.relu(x)\n    return x.sh$0ape",
        "torch.Tensor.shape",
    ),
    "passed to a layer": (
        HEAD + "class A(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(1, 2)\n"
        "    def f(self, x):\n        return self.fc(x) + x.me$0an()",
        "torch.Tensor.mean",
    ),
    "module": (HEAD + "def f(model):\n    return list(model.named_par$0ameters())", "torch.nn.Module.named_parameters"),
    "optimizer": (
        HEAD + "def f(opt):\n    opt.zero_grad()\n    opt.st$0ep()",
        "torch.optim.Optimizer.step",
    ),
    "mindspore": (
        "from mindspore import ops\ndef f(x):\n    y = ops.relu(x)\n    return x.sha$0pe",
        "mindspore.Tensor.shape",
    ),
    "overridden method": (
        HEAD + "class A(nn.Module):\n    def f(self, x: torch.Tensor): ...\n"
        "class B(A):\n    def f(self, x):\n        return x.sha$0pe",
        "torch.Tensor.shape",
    ),
}

NOTHING = {
    "arrays have it too": HEAD + "def f(x):\n    return x.reshape(1).me$0an()",
    "one thing that tensors lack": HEAD + "def f(x):\n    x.unsqueeze(1)\n    x.append(1)\n    return x.vi$0ew(1)",
    "annotation that nobody knows": HEAD + "def f(x: Thing):\n    x.unsqueeze(1)\n    return x.vi$0ew(1)",
    "no framework": "def f(x):\n    x.unsqueeze(1)\n    return x.vi$0ew(1)",
    "both frameworks": (HEAD + "import mindspore\ndef f(x):\n    x.unsqueeze(1)\n    return x.vi$0ew(1)"),
    "attribute of another name": HEAD + "def f(x, y):\n    y.x.unsqueeze(1)\n    return x.sha$0pe",
    "can be several things": HEAD + "def f(x):\n    if isinstance(x, list):\n        x = 1\n    return x.vi$0ew(1)",
    "number": HEAD + "def f(x=1):\n    x.unsqueeze(1)\n    return x.sha$0pe",
    "list of tensors": HEAD + "def f(x):\n    y = torch.cat(x)\n    return x.sha$0pe",
}

test_likely = denotes(LIKELY, "likely")

test_nothing = denotes_nothing(NOTHING)
