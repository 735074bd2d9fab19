"""What tests leave of a value: ``isinstance``, ``type(x) is``, ``is None``, ``is_tensor``, ``case``."""

from __future__ import annotations

from tests.support import denotes, denotes_nothing, use

START = "import torch\nfrom torch import nn, Tensor\n"

CERTAIN = {
    "if": "def f(x):\n    if isinstance(x, torch.Tensor):\n        x.vi$0ew(1)",
    "name of the class": "def f(x):\n    if isinstance(x, Tensor):\n        x.vi$0ew(1)",
    "tuple of classes": "def f(x):\n    if isinstance(x, (nn.Parameter, torch.Tensor)):\n        x.vi$0ew(1)",
    "tuple under a name": "T = (nn.Parameter, Tensor)\ndef f(x):\n    if isinstance(x, T):\n        x.vi$0ew(1)",
    "classes as a union": "def f(x):\n    if isinstance(x, Tensor | nn.Parameter):\n        x.vi$0ew(1)",
    "else of not": "def f(x):\n    if not isinstance(x, Tensor):\n        pass\n    else:\n        x.vi$0ew(1)",
    "return unless": "def f(x):\n    if not isinstance(x, Tensor):\n        return\n    x.vi$0ew(1)",
    "raise unless": "def f(x):\n    if not isinstance(x, Tensor):\n        raise TypeError\n    x.vi$0ew(1)",
    "continue unless": "for x in y:\n    if not isinstance(x, Tensor):\n        continue\n    x.vi$0ew(1)",
    "assert": "def f(x):\n    assert isinstance(x, Tensor), 'no'\n    x.vi$0ew(1)",
    "assert of two": "def f(x, y):\n    assert isinstance(x, Tensor) and y\n    x.vi$0ew(1)",
    "and": "def f(x):\n    if isinstance(x, Tensor) and x.di$0m() > 1:\n        pass",
    "inside of and": "def f(x, y):\n    if y and isinstance(x, Tensor) and y > 1:\n        x.vi$0ew(1)",
    "or": "def f(x):\n    return not isinstance(x, Tensor) or x.di$0m()",
    "either class of or": (
        "def f(x):\n    if isinstance(x, Tensor) or isinstance(x, nn.Parameter):\n        x.vi$0ew(1)"
    ),
    "return if not or": "def f(x, y):\n    if y or not isinstance(x, Tensor):\n        return\n    x.vi$0ew(1)",
    "conditional expression": "def f(x):\n    return x.vi$0ew(1) if isinstance(x, Tensor) else x",
    "conditional expression, else": "def f(x):\n    return x if not isinstance(x, Tensor) else x.vi$0ew(1)",
    "condition of a comprehension": "def f(xs):\n    return [x.vi$0ew(1) for x in xs if isinstance(x, Tensor)]",
    "while": "def f(x):\n    while isinstance(x, Tensor):\n        x.vi$0ew(1)",
    "elif": "def f(x):\n    if isinstance(x, str):\n        pass\n    elif isinstance(x, Tensor):\n        x.vi$0ew(1)",
    "type is": "def f(x):\n    if type(x) is Tensor:\n        x.vi$0ew(1)",
    "type equals": "def f(x):\n    if type(x) == Tensor:\n        x.vi$0ew(1)",
    "type is not": "def f(x):\n    if type(x) is not Tensor:\n        return\n    x.vi$0ew(1)",
    "is_tensor": "def f(x):\n    if torch.is_tensor(x):\n        x.vi$0ew(1)",
    "argument of forward": (
        "class A(nn.Module):\n    def forward(self, x):\n        if isinstance(x, Tensor):\n            x.vi$0ew(1)"
    ),
    "not None": (
        "def f():\n    x = None\n    if c:\n        x = torch.zeros(3)\n    if x is not None:\n        x.vi$0ew(1)"
    ),
    "alternative of a union": (
        "x = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\nif isinstance(x, nn.Module):\n    x.hal$0f()"
    ),
    "other alternative of a union": (
        "x = torch.zeros(3)\nif c:\n    x = nn.Linear(1, 2)\nif not isinstance(x, nn.Module):\n    x.hal$0f()"
    ),
    "set where it is not one": (
        "def f(x):\n    if not isinstance(x, Tensor):\n        x = torch.tensor(x)\n    x.vi$0ew(1)"
    ),
    "list or tensor": (
        "def f():\n    x = torch.zeros(3)\n    if c:\n        x = [x]\n    if isinstance(x, list):\n"
        "        return\n    x.vi$0ew(1)"
    ),
    "subclass": "def f(x: nn.Module):\n    if isinstance(x, nn.Linear):\n        x.wei$0ght",
    "user's subclass": (
        "class A(nn.Module):\n    def g(self):\n        return torch.zeros(3)\ndef f(x: nn.Module):\n"
        "    if isinstance(x, A):\n        x.g().vi$0ew(1)"
    ),
    "attribute of self": (
        "class A:\n    def f(self):\n        if isinstance(self.bn, nn.BatchNorm2d):\n"
        "            self.bn.running_me$0an"
    ),
    "attribute of self, asserted": (
        "class A:\n    def f(self):\n        assert isinstance(self.x, Tensor)\n        return self.x.vi$0ew(1)"
    ),
    "chain": "def f(m):\n    if isinstance(m.a.b, nn.Linear):\n        m.a.b.wei$0ght",
    "module of modules()": (
        "def f(net: nn.Module):\n    for m in net.modules():\n        if isinstance(m, nn.BatchNorm2d):\n"
        "            m.running_me$0an"
    ),
    "state of either class": "def f(m):\n    if isinstance(m, (nn.Linear, nn.Conv2d)):\n        m.weight.vi$0ew(1)",
    "typed tensor": "def f():\n    x = torch.zeros(3)\n    if isinstance(x, torch.ByteTensor):\n        x.vi$0ew(1)",
    "class pattern": "def f(x):\n    match x:\n        case torch.Tensor():\n            x.vi$0ew(1)",
    "class pattern with a name": "def f(x):\n    match x:\n        case Tensor() as y:\n            y.vi$0ew(1)",
    "class patterns": "def f(x):\n    match x:\n        case Tensor() | nn.Parameter():\n            x.vi$0ew(1)",
    "class pattern with a guard": "def f(x):\n    match x:\n        case Tensor() if x.di$0m() > 1:\n            pass",
    "test in a nested function": "def f(x):\n    def g(y):\n        if isinstance(y, Tensor):\n            y.vi$0ew(1)",
    "test of a name of the module": "x = g()\nif isinstance(x, Tensor):\n    x.vi$0ew(1)",
    "the test after a loop turn": (
        "def f(x):\n    while c:\n        if not isinstance(x, Tensor):\n            x = torch.tensor(x)\n"
        "        x.vi$0ew(1)"
    ),
    "bool is an int": (
        "def f():\n    x = True if c else torch.zeros(3)\n    if not isinstance(x, int):\n        x.vi$0ew(1)"
    ),
    "walrus": "def f():\n    if isinstance(x := g(), Tensor):\n        x.vi$0ew(1)",
    "brackets": "def f(x):\n    if (not (isinstance((x), (Tensor)))):\n        return\n    x.vi$0ew(1)",
}

LIKELY = {
    "one class is unknown": (
        "import numpy as np\ndef f(x):\n    if isinstance(x, (Tensor, np.ndarray)):\n        x.vi$0ew(1)"
    ),
    "argument of forward that is not a list": (
        "class A(nn.Module):\n    def forward(self, x):\n        if isinstance(x, list):\n            return\n"
        "        x.vi$0ew(1)"
    ),
}

NOTHING = {
    "behind the test": "def f(x):\n    if isinstance(x, Tensor):\n        pass\n    x.vi$0ew(1)",
    "else": "def f(x):\n    if isinstance(x, Tensor):\n        pass\n    else:\n        x.vi$0ew(1)",
    "not": "def f(x):\n    if not isinstance(x, Tensor):\n        x.vi$0ew(1)",
    "or": "def f(x, y):\n    if isinstance(x, Tensor) or y:\n        x.vi$0ew(1)",
    "left of and": "def f(x):\n    if x.di$0m() and isinstance(x, Tensor):\n        pass",
    "rebound after the test": "def f(x):\n    if isinstance(x, Tensor):\n        x = g(x)\n        x.vi$0ew(1)",
    "rebound in the loop": (
        "def f(x):\n    assert isinstance(x, Tensor)\n    for i in y:\n        x = g(x)\n        x.vi$0ew(1)"
    ),
    "another name": "def f(x, y):\n    if isinstance(x, Tensor):\n        y.me$0an()",
    "owner rebound": (
        "class A:\n    def f(self, o):\n        if isinstance(o.bn, nn.BatchNorm2d):\n            o = g()\n"
        "            o.bn.running_me$0an"
    ),
    "attribute rebound": (
        "class A:\n    def f(self):\n        assert isinstance(self.x, Tensor)\n        self.x = g()\n"
        "        return self.x.vi$0ew(1)"
    ),
    "attribute in another method": (
        "class A:\n    def f(self):\n        assert isinstance(self.x, Tensor)\n    def g(self):\n"
        "        return self.x.vi$0ew(1)"
    ),
    "hasattr says nothing": "def f(x):\n    if hasattr(x, 'view'):\n        x.vi$0ew(1)",
    "own isinstance": "def isinstance(a, b): ...\ndef f(x):\n    if isinstance(x, Tensor):\n        x.vi$0ew(1)",
    "own is_tensor": "def is_tensor(a): ...\ndef f(x):\n    if is_tensor(x):\n        x.vi$0ew(1)",
    "is None": "def f(x: Tensor = None):\n    if x is None:\n        x.vi$0ew(1)",
    "argument of forward that is something else": (
        "class A(nn.Module):\n    def forward(self, x):\n        if isinstance(x, (list, tuple)):\n"
        "            x.vi$0ew(1)"
    ),
    "argument of forward that is no tensor": (
        "class A(nn.Module):\n    def forward(self, x):\n        if not isinstance(x, Tensor):\n            x.vi$0ew(1)"
    ),
    "another case": (
        "def f(x):\n    match x:\n        case Tensor():\n            pass\n        case _:\n            x.vi$0ew(1)"
    ),
    "shadowed class": "Tensor = g()\ndef f(x):\n    if isinstance(x, Tensor):\n        x.vi$0ew(1)",
}

test_certain = denotes(CERTAIN, "certain", START)

test_likely = denotes(LIKELY, "likely", START)

test_nothing = denotes_nothing(NOTHING, START)


def test_mindspore() -> None:
    found = use(
        "import mindspore as ms\nfrom mindspore import ops\ndef f(x):\n    if ops.is_tensor(x):\n        x.vi$0ew(1)"
    )
    assert found is not None
    assert (found.symbol, found.certainty) == ("mindspore.Tensor.view", "certain")
