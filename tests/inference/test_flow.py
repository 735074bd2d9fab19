"""What a name means where it stands: branches, loops, handlers, jumps, scopes. Every source is a program of its own."""

from __future__ import annotations

import pytest

from tests.support import denotes, denotes_nothing, use

START = "import torch\nfrom torch import nn\n"

CERTAIN = {
    "or with a default": "def f(x: 'torch.Tensor | None' = None):\n    x = x or torch.zeros(3)\n    x.vi$0ew(1)",
    "value of an annotated union": "x: torch.Tensor | list = torch.zeros(3)\nx.vi$0ew(1)",
    "both branches bind": (
        "x = nn.Linear(1, 2)\nif c:\n    x = torch.zeros(3)\nelse:\n    x = torch.ones(3)\nx.vi$0ew(1)"
    ),
    "all of elif bind": (
        "x = 1\nif a:\n    x = torch.zeros(3)\nelif b:\n    x = torch.ones(3)\nelse:\n    x = torch.ones(3)\n"
        "x.vi$0ew(1)"
    ),
    "a branch that returns": (
        "def f(c):\n    x = torch.zeros(3)\n    if c:\n        x = nn.Linear(1, 2)\n        return x\n    x.vi$0ew(1)"
    ),
    "a branch that raises": (
        "def f(c):\n    if c:\n        x = 1\n        raise ValueError\n    else:\n        x = torch.zeros(3)\n"
        "    x.vi$0ew(1)"
    ),
    "a branch that goes on with the loop": (
        "for i in y:\n    x = torch.zeros(3)\n    if i:\n        x = nn.Linear(1, 2)\n        continue\n    x.vi$0ew(1)"
    ),
    "a branch that leaves the loop": (
        "for i in y:\n    x = torch.zeros(3)\n    if i:\n        x = nn.Linear(1, 2)\n        break\n    x.vi$0ew(1)"
    ),
    "sys.exit": "import sys\nx = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\n    sys.exit(1)\nx.vi$0ew(1)",
    "assert False": "x = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\n    assert False\nx.vi$0ew(1)",
    "handler that raises": "try:\n    x = torch.zeros(3)\nexcept E:\n    x = 1\n    raise\nx.vi$0ew(1)",
    "both try and handler": "x = 1\ntry:\n    x = torch.zeros(3)\nexcept E:\n    x = torch.ones(3)\nx.vi$0ew(1)",
    "else of try": "x = 1\ntry:\n    f()\nexcept E:\n    raise\nelse:\n    x = torch.zeros(3)\nx.vi$0ew(1)",
    "finally binds": "x = 1\ntry:\n    x = nn.Linear(1, 2)\nfinally:\n    x = torch.zeros(3)\nx.vi$0ew(1)",
    "after finally": "try:\n    x = torch.zeros(3)\nfinally:\n    f()\nx.vi$0ew(1)",
    "while True is left by break": "x = 1\nwhile True:\n    x = torch.zeros(3)\n    if c:\n        break\nx.vi$0ew(1)",
    "loop that starts over": "x = torch.zeros(3)\nfor i in y:\n    x = x.vi$0ew(1)",
    "after a loop": "x = torch.zeros(3)\nfor i in y:\n    x = torch.ones(3)\nx.vi$0ew(1)",
    "else of a loop": "for i in y:\n    x = 1\nelse:\n    x = torch.zeros(3)\nx.vi$0ew(1)",
    "iterable is not the target": "x = torch.zeros(3)\nfor x in x.unb$0ind():\n    pass",
    "target of a loop": "for x in torch.zeros(3):\n    x.vi$0ew(1)",
    "with": "x = 1\nwith torch.no_grad():\n    x = torch.zeros(3)\nx.vi$0ew(1)",
    "conditional expression": "x = torch.zeros(3) if c else torch.ones(3)\nx.vi$0ew(1)",
    "None gives way": "x = None\nif c:\n    x = torch.zeros(3)\nx.vi$0ew(1)",
    "set if it is None": (
        "def f(x: torch.Tensor = None):\n    if x is None:\n        x = torch.zeros(3)\n    x.vi$0ew(1)"
    ),
    "rebound later": "x = torch.zeros(3)\nx.vi$0ew(1)\nx = nn.Linear(1, 2)",
    "deleted and bound again": "x = nn.Linear(1, 2)\ndel x\nx = torch.zeros(3)\nx.vi$0ew(1)",
    "perhaps deleted": "x = torch.zeros(3)\nif c:\n    del x\nx.vi$0ew(1)",
    "import in a branch": (
        "if c:\n    import torch.nn.functional as F\nelse:\n    import torch.nn.functional as F\nF.re$0lu(1)"
    ),
    "only type checkers see the import": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torch import Tensor\ndef f(x: 'Tensor'):\n"
        "    x.vi$0ew(1)"
    ),
    "function that is defined after all is bound": (
        "x = nn.Linear(1, 2)\nx = torch.zeros(3)\ndef f():\n    return x.vi$0ew(1)"
    ),
    "overloads are never called": (
        "from typing import overload\n@overload\ndef g(a: int) -> nn.Module: ...\n@overload\n"
        "def g(a: str) -> int: ...\ndef g(a):\n    return torch.zeros(3)\ng(1).vi$0ew(1)"
    ),
    "redefined function": "def g():\n    return 1\ndef g():\n    return torch.zeros(3)\ng().vi$0ew(1)",
    "global": "x = None\ndef f():\n    global x\n    x = torch.zeros(3)\n    x.vi$0ew(1)",
    "set through global": "x = None\ndef f():\n    global x\n    x = torch.zeros(3)\ndef g():\n    x.vi$0ew(1)",
    "set through nonlocal": (
        "def f():\n    x = None\n    def g():\n        nonlocal x\n        x = torch.zeros(3)\n    g()\n    x.vi$0ew(1)"
    ),
    "class body": "class A:\n    x = torch.zeros(3)\n    y = x.vi$0ew(1)",
    "class body before its own binding": "x = torch.zeros(3)\nclass A:\n    y = x.vi$0ew(1)\n    x = 1",
    "first iterable in a class body": "class A:\n    x = torch.zeros(3)\n    y = [i for i in x.unb$0ind()]",
    "comprehension sees what holds here": "x = torch.zeros(3)\ny = [x.vi$0ew(i) for i in z]\nx = 1",
    "target of a comprehension": "x = 1\ny = [x.vi$0ew(1) for x in torch.zeros(3)]",
    "comprehension's name stays inside": "x = torch.zeros(3)\ny = [x for x in (1, 2)]\nx.vi$0ew(1)",
    "walrus in a condition": "while (x := torch.zeros(3)) is not None:\n    x.vi$0ew(1)",
    "walrus in a comprehension": "y = [(x := torch.zeros(i)) for i in z]\nx.vi$0ew(1)",
    "lambda's argument stays inside": "x = torch.zeros(3)\nf = lambda x: 1\nx.vi$0ew(1)",
    "star arguments": "def f(*xs: torch.Tensor):\n    for x in xs:\n        x.vi$0ew(1)",
    "item of star arguments": "def f(*xs: torch.Tensor):\n    xs[0].vi$0ew(1)",
    "union of equal members": "x = torch.zeros(3)\nif c:\n    x = nn.Parameter(x)\nx.vi$0ew(1)",
    "parameters of either layer": "x = nn.Linear(1, 2) if c else nn.Conv2d(1, 2, 3)\nx.para$0meters()",
    "state of either layer": "x = nn.Linear(1, 2) if c else nn.Conv2d(1, 2, 3)\nx.weight.vi$0ew(1)",
    "result of either function": "g = torch.relu if c else torch.tanh\ng(torch.zeros(3)).vi$0ew(1)",
    "assigned attribute": (
        "class A:\n    def f(self):\n        self.x = torch.zeros(3)\n        self.x.vi$0ew(1)\n"
        "    def g(self):\n        self.x = None"
    ),
    "attribute of a local object": "def f(o):\n    o.x = torch.zeros(3)\n    o.x.vi$0ew(1)",
    "submodules of one package": "import torch.nn.functional\nimport torch.utils.data\ntorch.nn.functional.re$0lu(1)",
    "behind a return": "def f():\n    x = torch.zeros(3)\n    return x\n    x.vi$0ew(1)",
    "match with a capture": "match torch.zeros(3):\n    case torch.Tensor() as x:\n        x.vi$0ew(1)",
    "every case binds": (
        "match c:\n    case 1:\n        x = torch.zeros(3)\n    case _:\n        x = torch.ones(3)\nx.vi$0ew(1)"
    ),
}

LIKELY = {
    "union with a list": "def f(x: 'torch.Tensor | list[torch.Tensor]'):\n    x.vi$0ew(1)",
    "union with something unknown": "from PIL.Image import Image\ndef f(x: torch.Tensor | Image):\n    x.vi$0ew(1)",
    "unknown value under an annotated name": "def f(x: torch.Tensor):\n    x = g(x)\n    x.vi$0ew(1)",
    "either framework": "try:\n    import torch as t\nexcept ImportError:\n    import numpy as t\nt.ze$0ros(3)",
    "one alternative has the member": "x = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\nx.vi$0ew(1)",
    "a handler may have bound it": (
        "x = torch.zeros(3)\ntry:\n    x = nn.Linear(1, 2)\n    g()\nexcept E:\n    x.vi$0ew(1)"
    ),
    "the turn before may have bound it": "x = torch.zeros(3)\nfor i in y:\n    x.vi$0ew(1)\n    x = nn.Linear(1, 2)",
    "brought round by continue": (
        "x = torch.zeros(3)\nfor i in y:\n    x.vi$0ew(1)\n    if i:\n        x = nn.Linear(1, 2)\n"
        "        continue\n    x = torch.zeros(3)"
    ),
    "left by break": (
        "for i in y:\n    x = torch.zeros(3)\n    if i:\n        x = nn.Linear(1, 2)\n        break\n"
        "    x = torch.zeros(3)\nx.vi$0ew(1)"
    ),
    "suppressed exception": (
        "from contextlib import suppress\nx = torch.zeros(3)\nwith suppress(E):\n    x = nn.Linear(1, 2)\nx.vi$0ew(1)"
    ),
    "function that is defined before the rebinding": (
        "x = torch.zeros(3)\ndef f():\n    return x.vi$0ew(1)\nx = nn.Linear(1, 2)"
    ),
    "rebound through global": "x = torch.zeros(3)\ndef f():\n    global x\n    x = nn.Linear(1, 2)\nf()\nx.vi$0ew(1)",
    "framework rebound through global": "def f():\n    global torch\n    torch = mylib\nf()\ntorch.ze$0ros(3)",
    "unknown star import may bring it": "from unknown import *\ntorch.ze$0ros(3)",
    "walrus that may not run": "x = torch.zeros(3)\nif c and (x := nn.Linear(1, 2)):\n    pass\nx.vi$0ew(1)",
    "another method may set the attribute": (
        "class A:\n    def f(self):\n        self.x = torch.zeros(3)\n        self.g()\n"
        "        self.x.vi$0ew(1)\n    def g(self):\n        self.x = nn.Linear(1, 2)"
    ),
}

NOTHING = {
    "both branches hide it": "x = torch.zeros(3)\nif c:\n    x = 1\nelse:\n    x = 2\nx.vi$0ew(1)",
    "handler binds something else": "x = torch.zeros(3)\ntry:\n    f()\nfinally:\n    x = 1\nx.vi$0ew(1)",
    "deleted": "x = torch.zeros(3)\ndel x\nx.vi$0ew(1)",
    "framework deleted": "del torch\ntorch.ze$0ros(3)",
    "both have it, differently": "x = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\nx.hal$0f()",
    "framework rebound": "torch = mylib\ntorch.ze$0ros(3)",
    "framework rebound in both branches": "if c:\n    torch = a\nelse:\n    torch = b\ntorch.ze$0ros(3)",
    "framework's name for another package": "import numpy as torch\ntorch.ze$0ros(3)",
    "local variable F": "import torch.nn.functional as F\ndef f(y):\n    F = y.f\n    return F.re$0lu(1)",
    "local before it is bound": "def f():\n    torch.ze$0ros(3)\n    torch = 1",
    "parameter named nn": "def f(nn):\n    return nn.Lin$0ear(1, 2)",
    "loop variable": "from torch import nn\nfor nn in y:\n    nn.Lin$0ear(1, 2)",
    "target of a comprehension": "y = [torch.ze$0ros(3) for torch in z]",
    "argument of a lambda": "f = lambda torch: torch.ze$0ros(3)",
    "exception's name": "try:\n    f()\nexcept E as torch:\n    torch.ze$0ros(3)",
    "with ... as": "with open(f) as torch:\n    torch.ze$0ros(3)",
    "capture": "match c:\n    case torch:\n        torch.ze$0ros(3)",
    "capture in a list": "match c:\n    case [torch, *nn]:\n        nn.Lin$0ear(1, 2)",
    "walrus": "if torch := f():\n    torch.ze$0ros(3)",
    "function of that name": "def torch(): ...\ntorch.ze$0ros(3)",
    "class of that name": "class torch: ...\ntorch.ze$0ros(3)",
    "class attribute": "class A:\n    torch = 1\n    torch.ze$0ros(3)",
    "unknown value or parameter": "def f(x):\n    for i in y:\n        x = x + 1\n    x.me$0an()",
    "unbound in a function": "def f():\n    if c:\n        x = 1\n    x.vi$0ew(1)",
}

test_certain = denotes(CERTAIN, "certain", START)

test_likely = denotes(LIKELY, "likely", START)

test_nothing = denotes_nothing(NOTHING, START)


def test_class_attribute_is_not_seen_from_methods() -> None:
    found = use(START + "class A:\n    torch = 1\n    def f(self):\n        return torch.ze$0ros(3)")
    assert found is not None and found.certainty == "certain"


@pytest.mark.parametrize(
    ("text", "certainty"),
    [
        ("net = g()\nnet.fc = nn.Linear(1, 2)\nnet.fc.wei$0ght", "certain"),
        ("net = g()\nnet.fc = nn.Linear(1, 2)\nnet = g()\nnet.fc.wei$0ght", None),
        ("net = g()\nif c:\n    net.fc = nn.Linear(1, 2)\nnet.fc.wei$0ght", None),
        (
            "net = g()\nif c:\n    net.fc = nn.Linear(1, 2)\nelse:\n    net.fc = nn.Linear(1, 3)\nnet.fc.wei$0ght",
            "certain",
        ),
        ("net = g()\nnet.fc = nn.Linear(1, 2)\ndef f():\n    net.fc.wei$0ght", None),
    ],
)
def test_attribute_that_the_module_sets(text: str, certainty: str | None) -> None:
    found = use(START + text)
    assert (found.certainty if found is not None else None) == certainty


@pytest.mark.parametrize("steps", [20, 500])
def test_a_long_way_back(steps: int) -> None:
    """As a place in an editor is asked for: nothing before it has been looked at."""
    text = "x = torch.zeros(3)\n" + "x = x.view(1)\n" * steps + "x.vi$0ew(1)"
    found = use(START + text)
    assert found is not None and found.certainty == "certain"


@pytest.mark.parametrize(
    "text",
    [
        "def f(c):\n    x = torch.zeros(3)\n"
        + "".join(f"    if c == {i}:\n        x = torch.ones({i})\n" for i in range(5000))
        + "    x.vi$0ew(1)",
        "def f(c):\n  x = torch.zeros(3)\n"
        + "".join(" " * (2 * i + 2) + f"for i{i} in c:\n" + " " * (2 * i + 4) + "x = x.view(1)\n" for i in range(20))
        + "  x.vi$0ew(1)",
        "def f(c):\n x = torch.zeros(3)\n"
        + "".join(" " * (i + 1) + "if c:\n" + " " * (i + 2) + "x = x.view(1)\n" for i in range(1000))
        + " x.vi$0ew(1)",
        "def f(x):\n"
        + "".join(f"    if isinstance(x, A{i}):\n        return\n" for i in range(2000))
        + "    x.vi$0ew(1)",
        "while c:\n" + "".join(f"    x{i} = x{(i + 7) % 40}[x{(i + 3) % 40}]\n" for i in range(40)) + "x1.vi$0ew(1)",
    ],
    ids=["5,000 branches", "20 loops in each other", "1,000 blocks in each other", "2,000 tests", "40 in a circle"],
)
def test_bounded(text: str) -> None:
    found = use(START + text)
    assert found is None or (found.symbol, found.certainty) == ("torch.Tensor.view", "likely")
