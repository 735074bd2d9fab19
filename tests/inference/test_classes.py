"""Attributes, methods and bases of the user's classes."""

from __future__ import annotations

import pytest

from tests.support import denotes, denotes_nothing, use

HEAD = "import torch\nfrom torch import nn\n"
MIND = "import mindspore as ms\nfrom mindspore import nn, ops\n"
VIEW = "torch.Tensor.view"
INIT = HEAD + "class A(nn.Module):\n    def __init__(self, c=0):\n        super().__init__()\n"
F = "\n    def f(self):\n        "

CERTAIN = {
    "class attribute": (HEAD + "class A:\n    x = torch.ones(3)\nA.x.vi$0ew(1)", VIEW),
    "class attribute through an object": (HEAD + "class A:\n    x = torch.ones(3)\nA().x.vi$0ew(1)", VIEW),
    "set in another method": (
        HEAD + "class A:\n    def g(self):\n        self.x = torch.ones(3)" + F + "self.x.vi$0ew(1)",
        VIEW,
    ),
    "chain of assignments": (INIT + "        self.x = self.y = torch.ones(3)" + F + "self.y.vi$0ew(1)", VIEW),
    "first of a chain": (INIT + "        self.x = self.y = torch.ones(3)" + F + "self.x.vi$0ew(1)", VIEW),
    "unpacking": (INIT + "        self.x, self.y = 1, torch.ones(3)" + F + "self.y.vi$0ew(1)", VIEW),
    "nested unpacking": (INIT + "        a, (b, self.y) = 1, (2, torch.ones(3))" + F + "self.y.vi$0ew(1)", VIEW),
    "annotation of an attribute": (INIT + "        self.x: torch.Tensor = c" + F + "self.x.vi$0ew(1)", VIEW),
    "annotation without value": (INIT + "        self.x: torch.Tensor" + F + "self.x.vi$0ew(1)", VIEW),
    "annotation in the class body": (
        HEAD + "class A:\n    x: torch.Tensor\n    def __init__(self, x):\n        self.x = x" + F + "self.x.vi$0ew(1)",
        VIEW,
    ),
    "setattr": (INIT + "        setattr(self, 'x', torch.ones(3))" + F + "self.x.vi$0ew(1)", VIEW),
    "add_module": (
        INIT + "        self.add_module('fc', nn.Linear(1, 2))" + F + "self.fc.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "register_module": (
        INIT + "        self.register_module('fc', nn.Linear(1, 2))" + F + "self.fc.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "register_parameter": (
        INIT + "        self.register_parameter('w', nn.Parameter(torch.ones(3)))" + F + "self.w.vi$0ew(1)",
        VIEW,
    ),
    "name made by an f-string": (
        INIT
        + "        for i in range(3):\n            self.add_module(f'fc{i}', nn.Linear(1, 2))"
        + F
        + "self.fc1.wei$0ght",
        "torch.nn.Linear.weight",
    ),
    "insert_child_to_cell": (
        MIND + "class A(nn.Cell):\n    def __init__(self):\n        self.insert_child_to_cell('fc', nn.Dense(1, 2))"
        "\n    def f(self):\n        self.fc.wei$0ght",
        "mindspore.nn.Dense.weight",
    ),
    "set inside of a nested function": (
        HEAD
        + "class A:\n    def g(self):\n        def h():\n            self.x = torch.ones(3)"
        + F
        + "self.x.vi$0ew(1)",
        VIEW,
    ),
    "property": (
        HEAD + "class A:\n    @property\n    def x(self):\n        return torch.ones(3)\nA().x.vi$0ew(1)",
        VIEW,
    ),
    "property with a setter": (
        HEAD + "class A:\n    @property\n    def x(self):\n        return torch.ones(3)\n    @x.setter\n"
        "    def x(self, v): ...\nA().x.vi$0ew(1)",
        VIEW,
    ),
    "cached property": (
        HEAD + "import functools\nclass A:\n    @functools.cached_property\n    def x(self):\n"
        "        return torch.ones(3)\nA().x.vi$0ew(1)",
        VIEW,
    ),
    "lazy property that is also set": (
        HEAD
        + "class A:\n    def __init__(self):\n        self.x = torch.ones(3)\n    @lazy_property\n    def x(self):\n"
        "        return unknown" + F + "self.x.vi$0ew(1)",
        VIEW,
    ),
    "method through the class": (
        HEAD + "class A:\n    def f(self, x):\n        return x\nA.f(A(), torch.ones(3)).vi$0ew(1)",
        VIEW,
    ),
    "method of a framework base through the class": (
        HEAD + "class A(nn.Module): ...\nA.par$0ameters",
        "torch.nn.Module.parameters",
    ),
    "own class of an object": (
        HEAD + "class A(nn.Module):\n    def f(self):\n        self.__class__().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "cls": (
        HEAD + "class A(nn.Module):\n    @classmethod\n    def f(cls):\n        cls().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "nested class": (
        HEAD + "class A:\n    class B(nn.Module): ...\nA.B().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "call": (HEAD + "class A:\n    def __call__(self):\n        return torch.ones(3)\nA()().vi$0ew(1)", VIEW),
    "generic base": (
        HEAD + "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(nn.Module, Generic[T]): ...\n"
        "class B(A[int]): ...\nB().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "base under another name": (
        HEAD + "M = nn.Module\nclass A(M): ...\nA().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "base by getattr": (
        HEAD + "class A(getattr(nn, 'Module')): ...\nA().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "abstract base class": (
        HEAD + "from abc import ABC\nclass A(ABC, nn.Module): ...\nA().par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "object and a module": (HEAD + "class A(nn.Module, object): ...\nA().par$0ameters()", "torch.nn.Module.parameters"),
    "super with arguments": (
        HEAD + "class A(nn.Module):\n    def f(self):\n        super(A, self).par$0ameters()",
        "torch.nn.Module.parameters",
    ),
    "method resolution order": (
        HEAD + "class A:\n    def f(self):\n        return 1\nclass B(A): ...\n"
        "class C(A):\n    def f(self):\n        return torch.ones(3)\nclass D(B, C): ...\nD().f().vi$0ew(1)",
        VIEW,
    ),
    "overridden in the object's class": (
        HEAD + "class A:\n    def make(self):\n        return 1\n    def get(self):\n        return self.make()\n"
        "class B(A):\n    def make(self):\n        return torch.ones(3)\nB().get().vi$0ew(1)",
        VIEW,
    ),
    "abstract method of the object's base": (
        HEAD + "class A:\n    def make(self):\n        raise NotImplementedError\n    def get(self):\n"
        "        return self.make()\nclass B(A):\n    def make(self):\n        return torch.ones(3)\n"
        "B().get().vi$0ew(1)",
        VIEW,
    ),
    "layers of different classes": (
        INIT
        + "        if c:\n            self.n = nn.ReLU()\n        else:\n            self.n = nn.Identity()"
        + F
        + "self.n(1).vi$0ew(1)",
        VIEW,
    ),
}

LIKELY = {
    "layer that gives nobody knows what": (
        HEAD + "class A(nn.Module):\n    def forward(self, x):\n        return unknown(x)\nA()(1).vi$0ew(1)",
        VIEW,
    ),
    "registered without a value": (INIT + "        self.register_buffer('b', None)" + F + "self.b.vi$0ew(1)", VIEW),
    "abstract method": (
        HEAD + "class A:\n    def make(self):\n        raise NotImplementedError\n    def f(self):\n"
        "        self.make().vi$0ew(1)\nclass B(A):\n    def make(self):\n        return torch.ones(3)",
        VIEW,
    ),
    "what a mixin's users bring": (
        HEAD + "class M:\n    def f(self):\n        self.par$0ameters()\nclass A(M, nn.Module): ...",
        "torch.nn.Module.parameters",
    ),
    "what derived classes set": (
        HEAD + "class M:\n    x = None\n    def f(self):\n        self.x.vi$0ew(1)\n"
        "class A(M):\n    def __init__(self):\n        self.x = torch.ones(3)",
        VIEW,
    ),
    "overridden in a derived class": (
        HEAD + "class A:\n    def make(self):\n        return torch.ones(3)\n"
        "    def f(self):\n        self.make().vi$0ew(1)\n"
        "class B(A):\n    def make(self):\n        return torch.zeros(3)",
        VIEW,
    ),
    "set from outside": (
        HEAD + "class A(nn.Module):\n    def f(self):\n        self.x.vi$0ew(1)\na = A()\na.x = torch.ones(3)",
        VIEW,
    ),
    "default class": (
        HEAD
        + "class A(nn.Module):\n    def __init__(self, fc=nn.Linear):\n        self.fc = fc(1, 2)\n    def f(self):\n"
        "        self.fc.wei$0ght",
        "torch.nn.Linear.weight",
    ),
}

NOTHING = {
    "name that an f-string could make": (
        INIT + "        setattr(self, f'{c}{c}', nn.Linear(1, 2))" + F + "self.fc.wei$0ght"
    ),
    "name of a class that callers may pass otherwise": (
        HEAD + "class A(nn.Module):\n    def __init__(self, fc=nn.Linear):\n        self.fc = f$0c(1, 2)"
    ),
    "set to something else": INIT
    + "        self.x = nn.Linear(1, 2)\n        self.x = nn.ReLU()"
    + F
    + "self.x.vi$0ew",
    "of another object": HEAD
    + "class A:\n    def f(self, other):\n        other.x = torch.ones(3)"
    + F
    + "self.x.vi$0ew",
    "of another class": HEAD + "class A:\n    x = torch.ones(3)\nclass B: ...\nB().x.vi$0ew",
    "instance of another class set from outside": (
        HEAD + "class A: ...\nclass B: ...\na = A()\na.x = torch.ones(3)\nB().x.vi$0ew"
    ),
    "member of an enumeration": (HEAD + "from enum import Enum\nclass A(Enum):\n    X = nn.Linear\nA.X.wei$0ght"),
    "method is no tensor": HEAD + "class A:\n    def x(self):\n        return torch.ones(3)\nA().x.vi$0ew",
    "property of a class": (
        HEAD + "class A:\n    @property\n    def x(self):\n        return torch.ones(3)\nA.x.vi$0ew"
    ),
    "static method has no object": (
        HEAD + "class A(nn.Module):\n    @staticmethod\n    def f(self):\n        self.trai$0ning"
    ),
    "overridden with something else": (
        HEAD
        + "class A:\n    def f(self):\n        return torch.ones(3)\nclass B(A):\n    def f(self):\n        return 1\n"
        "B().f().vi$0ew"
    ),
    "cell is no module": MIND + "class A(nn.Cell): ...\nA().named_chil$0dren()",
}

test_certain = denotes(CERTAIN, "certain")

test_likely = denotes(LIKELY, "likely")

test_nothing = denotes_nothing(NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "class A(B): ...\nclass B(C): ...\nclass C(A): ...\nA().vi$0ew",
        "".join(f"class A{i + 1}(A{i}): ...\n" for i in range(400)) + "A400().vi$0ew",
        "class A:\n"
        + "".join(f"    def f{i}(self):\n        return self.f{i + 1}()\n" for i in range(500))
        + "A().f0().vi$0ew",
        "class A: ...\n" + "class B(A):\n    def f(self): ...\n" * 400 + "A().f().vi$0ew",
    ],
    ids=["cyclic", "deep", "long chain of methods", "many derived"],
)
def test_bounded(text: str) -> None:
    assert use(text) is None
