"""What expressions denote; minimal sources, one construct each."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.inference.uses import uses
from tests.support import analyse, denotes_nothing, use

DENOTES = {
    "alias of a package": ("import torch as t\nt.c$0at", "torch.cat"),
    "alias of a submodule": ("import torch.nn as nn\nnn.Lin$0ear", "torch.nn.Linear"),
    "submodule by full name": ("import torch.nn.functional\ntorch.nn.functional.re$0lu", "torch.nn.functional.relu"),
    "from import with alias": ("from torch.nn import functional as F\nF.re$0lu", "torch.nn.functional.relu"),
    "from import of a name": ("from torch.nn import Linear\nLin$0ear(1, 2)", "torch.nn.Linear"),
    "star import": ("from torch.nn import *\nLin$0ear(1, 2)", "torch.nn.Linear"),
    "local import": ("def f():\n    import torch\n    return torch.c$0at", "torch.cat"),
    "conditional import": ("try:\n    import torch\nexcept ImportError:\n    torch = None\ntorch.c$0at", "torch.cat"),
    "defining module": ("from torch.nn.modules.conv import Conv2d\nConv$02d(1, 2, 3)", "torch.nn.Conv2d"),
    "inside an import": ("from torch.nn import Conv$02d", "torch.nn.Conv2d"),
    "base class": ("import torch\nclass A(torch.nn.Mod$0ule): ...", "torch.nn.Module"),
    "decorator": ("import torch\n@torch.no_g$0rad()\ndef f(): ...", "torch.no_grad"),
    "annotation": ("import torch\ndef f(x: torch.Ten$0sor): ...", "torch.Tensor"),
    "constant": ("import torch\ntorch.float$032", "torch.float32"),
    "dtype alias": ("import torch\ntorch.lo$0ng", "torch.int64"),
    "method of a result": ("import torch\ntorch.zeros(3).vi$0ew(3)", "torch.Tensor.view"),
    "chain": ("import torch\ntorch.zeros(3).view(3).s$0um()", "torch.Tensor.sum"),
    "property": ("import torch\ntorch.zeros(3).sh$0ape", "torch.Tensor.shape"),
    "annotated argument": ("import torch\ndef f(x: torch.Tensor):\n    x.vi$0ew(1)", "torch.Tensor.view"),
    "optional annotation": (
        "import torch\nfrom typing import Optional\ndef f(x: Optional[torch.Tensor]):\n    x.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "annotation in quotes": ("import torch\ndef f(x: 'torch.Tensor'):\n    x.vi$0ew(1)", "torch.Tensor.view"),
    "union with None": ("import torch\ndef f(x: torch.Tensor | None):\n    x.vi$0ew(1)", "torch.Tensor.view"),
    "arithmetic": ("import torch\n(1 + torch.zeros(3) * 2).vi$0ew(3)", "torch.Tensor.view"),
    "subscript": ("import torch\ntorch.zeros(3)[0].vi$0ew(1)", "torch.Tensor.view"),
    "unpacking": ("import torch\na, b = torch.zeros(3), 1\na.vi$0ew(1)", "torch.Tensor.view"),
    "loop over parameters": (
        "import torch\nfor name, p in torch.nn.Linear(1, 2).named_parameters():\n    p.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "comprehension": (
        "import torch\n[p.vi$0ew(1) for p in torch.nn.Linear(1, 2).parameters()]",
        "torch.Tensor.view",
    ),
    "module method": ("import torch\nnet = torch.nn.Linear(1, 2)\nnet.buf$0fers()", "torch.nn.Module.buffers"),
    "state of a layer": (
        "import torch\nbn = torch.nn.BatchNorm2d(3)\nbn.running_m$0ean",
        "torch.nn.BatchNorm2d.running_mean",
    ),
    "numbered state of a layer": (
        "import torch\nrnn = torch.nn.LSTM(3, 4)\nrnn.weight_ih_l$00",
        "torch.nn.LSTM.weight_ih_l0",
    ),
    "user's module": (
        "import torch\nclass N(torch.nn.Module):\n    pass\nN().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "attribute of self": (
        "from torch import nn\nclass N(nn.Module):\n    def __init__(self):\n        self.c = nn.Linear(1, 2)\n"
        "    def f(self):\n        self.c.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "inherited attribute": (
        "from torch import nn\nclass A(nn.Module):\n    def __init__(self):\n        self.c = nn.Linear(1, 2)\n"
        "class B(A):\n    def f(self):\n        self.c.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "super": (
        "from torch import nn\nclass A(nn.Module):\n    def state_dict(self):\n        return super().state_d$0ict()",
        "torch.nn.Module.state_dict",
    ),
    "registered buffer": (
        "import torch\nclass A(torch.nn.Module):\n    def __init__(self):\n"
        "        self.register_buffer('m', torch.zeros(3))\n    def f(self):\n        self.m.vi$0ew(1)",
        "torch.Tensor.view",
    ),
    "item of a Sequential": (
        "from torch import nn\ns = nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2))\ns[1].running_v$0ar",
        "torch.nn.BatchNorm1d.running_var",
    ),
    "function of the user": ("import torch\ndef f():\n    return torch.zeros(3)\nf().vi$0ew(1)", "torch.Tensor.view"),
    "function under another name": (
        "import torch.nn.functional as F\nact = F.relu\nact$0(1)",
        "torch.nn.functional.relu",
    ),
    "getattr with a constant": ("import torch\ngetattr(torch.zeros(3), 'data').vi$0ew(1)", "torch.Tensor.view"),
    "walrus": ("import torch\nif (x := torch.zeros(3)) is not None:\n    x.vi$0ew(1)", "torch.Tensor.view"),
    "with": ("import torch\nwith torch.no_grad():\n    x = torch.zeros(3)\nx.vi$0ew(1)", "torch.Tensor.view"),
    "optimizer": ("import torch\no = torch.optim.SGD([], lr=1)\no.zero_g$0rad()", "torch.optim.Optimizer.zero_grad"),
    "cell": (
        "from mindspore import nn\nclass N(nn.Cell): ...\nN().untrainable_p$0arams()",
        "mindspore.nn.Cell.untrainable_params",
    ),
    "mindspore ops": ("from mindspore import ops\nops.rel$0u(1)", "mindspore.ops.relu"),
    "mindspore tensor method": ("import mindspore as ms\nms.Tensor([1]).su$0m()", "mindspore.Tensor.sum"),
    "mint is not ops": ("from mindspore import mint\nmint.rel$0u", "mindspore.mint.nn.functional.relu"),
    "before a syntax error": ("import torch\ntorch.c$0at([1])\ndef f(:\n", "torch.cat"),
    "after a syntax error": ("import torch\nx = (1,\n\n\ndef g():\n    torch.c$0at([1])\n", "torch.cat"),
    "tabs": ("import torch\nif 1:\n\ttorch.c$0at", "torch.cat"),
    "byte order mark": ("\ufeffimport torch\ntorch.c$0at", "torch.cat"),
    "carriage returns": ("import torch\r\ntorch.c$0at\r\n", "torch.cat"),
    "other scripts": ("import torch as 火炬\n数 = 火炬.zeros(3)\n数.vi$0ew(1)", "torch.Tensor.view"),
}


@pytest.mark.parametrize("name", DENOTES)
def test_denotes(name: str) -> None:
    text, symbol = DENOTES[name]
    if name == "mint is not ops":
        found = use("from mindspore import mint\nmint.matm$0ul")
        assert found is not None and found.symbol == "mindspore.mint.matmul"
        return
    found = use(text)
    assert found is not None
    assert found.symbol == symbol


NOTHING = {
    "name of something else": "import numpy as np\nnp.c$0at",
    "shadowed by an assignment": "import torch\ntorch = object()\ntorch.c$0at",
    "shadowed by an argument": "import torch.nn.functional as F\ndef f(F):\n    return F.re$0lu",
    "shadowed by a loop": "import torch\nfor torch in []:\n    torch.c$0at",
    "own method": "import torch\nclass A(torch.nn.Module):\n    def buffers(self): ...\nA().buf$0fers()",
    "own name": "import torch\nn$0et = torch.nn.Linear(1, 2)",
    "receiver": "import torch\nnet = torch.nn.Linear(1, 2)\nn$0et.buffers()",
    "keyword's name": "import torch\ntorch.cat(di$0m=1)",
    "comment": "import torch  # torch.c$0at",
    "string": "import torch\n'torch.c$0at'",
    "no such member": "import torch\ntorch.zeros(3).no_such_th$0ing",
    "unknown argument": "def f(x):\n    x.vi$0ew(1)",
    "bindings that disagree": (
        "import torch\ndef f(c):\n    x = torch.zeros(3)\n    if c:\n        x = torch.nn.Linear(1, 2)\n    x.ha$0lf"
    ),
    "class body is not seen from its methods": (
        "import torch\nclass A:\n    t = torch.zeros(3)\n    def f(self):\n        return t.vi$0ew"
    ),
}

test_denotes_nothing = denotes_nothing(NOTHING)


def test_argument_of_forward_is_a_tensor_but_only_likely() -> None:
    found = use("import torch\nclass A(torch.nn.Module):\n    def forward(self, x):\n        return x.vi$0ew(1)")
    assert found is not None and found.symbol == "torch.Tensor.view" and found.certainty == "likely"


def test_one_unknown_branch_makes_it_likely() -> None:
    found = use("import torch\ndef f(c):\n    x = torch.zeros(3)\n    if c:\n        x = c\n    x.vi$0ew(1)")
    assert found is not None and found.certainty == "likely"


def test_the_longest_chain_is_the_use() -> None:
    text = "import torch\nnet = torch.nn.Linear(1, 2)\nnet.weight.shape\n"
    assert [(one.text, one.symbol) for one in uses(analyse(text))] == [
        ("torch.nn.Linear", "torch.nn.Linear"),
        ("net.weight", "torch.nn.Linear.weight"),
        ("net.weight.shape", "torch.Tensor.shape"),
    ]


def test_other_files_of_the_workspace(tmp_path: Path) -> None:
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("from .blocks import Block\n")
    (package / "blocks.py").write_text("import torch\nclass Block(torch.nn.Module):\n    pass\n")
    main = tmp_path / "main.py"
    for source in (
        "from pkg import Block\nBlock().buf$0fers()",
        "import pkg\npkg.Block().buf$0fers()",
        "import pkg.blocks as b\nb.Block().buf$0fers()",
        "from pkg.blocks import *\nBlock().buf$0fers()",
        "from pkg import blocks\nblocks.Block().buf$0fers()",
    ):
        found = use(source, main, (tmp_path,))
        assert found is not None, source
        assert found.symbol == "torch.nn.Module.buffers"
    inside = use("from . import blocks\nblocks.Block().buf$0fers()", package / "other.py", (tmp_path,))
    assert inside is not None


def test_files_that_import_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("from b import X\n")
    (tmp_path / "b.py").write_text("from a import X\n")
    assert use("from a import X\nX.vi$0ew", tmp_path / "main.py", (tmp_path,)) is None


@pytest.mark.parametrize(
    "text",
    [
        "x = x\n" * 3 + "x.vi$0ew",
        "def f(): return f()\nf().vi$0ew",
        "class A(A): ...\nA().vi$0ew",
        "class A(B): ...\nclass B(A): ...\nA().vi$0ew",
        "x = " + "(" * 400 + "1" + ")" * 400 + "\nx.vi$0ew",
        "import torch\nx = torch.zeros(3)" + " + 1" * 3000 + "\nx.vi$0ew",
        "\n".join(f"x{i + 1} = x{i}" for i in range(2000)) + "\nx2000.vi$0ew",
    ],
    ids=["itself", "recursion", "own base", "cyclic bases", "deep brackets", "long sum", "long chain"],
)
def test_bounded(text: str) -> None:
    found = use(text)
    assert found is None or found.symbol == "torch.Tensor.view"
