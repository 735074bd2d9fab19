"""What stands for a function or class after its decorators."""

from __future__ import annotations

import pytest

from tests.support import denotes_nothing, use

HEAD = "import functools\nimport torch\nfrom torch import nn\n"
BODY = "def f():\n    return torch.ones(3)\nf().vi$0ew(1)"
VIEW = "torch.Tensor.view"

CERTAIN = {
    "no_grad": HEAD + "@torch.no_grad()\n" + BODY,
    "inference_mode": HEAD + "@torch.inference_mode()\n" + BODY,
    "torch.jit.script": HEAD + "@torch.jit.script\n" + BODY,
    "torch.compile": HEAD + "@torch.compile\n" + BODY,
    "lru_cache": HEAD + "@functools.lru_cache(None)\n" + BODY,
    "gives its argument back": HEAD + "def register(fn):\n    return fn\n@register\n" + BODY,
    "gives its argument back after a call": (
        HEAD + "def register(name):\n    def inner(fn):\n        return fn\n    return inner\n@register('f')\n" + BODY
    ),
    "two of them": HEAD + "def register(fn):\n    return fn\n@register\n@torch.no_grad()\n" + BODY,
    "says that its function gives what it gave": (
        HEAD + "from typing import Callable, TypeVar\nM = TypeVar('M')\n"
        "def log(fn: Callable[..., M]) -> Callable[..., M]:\n    def inner(*a, **k): return fn(*a, **k)\n"
        "    return inner\n@log\n" + BODY
    ),
    "made by what says so": (
        HEAD + "from typing import Callable, TypeVar\nM = TypeVar('M', bound=nn.Module)\n"
        "def register(name) -> Callable[[Callable[..., M]], Callable[..., M]]: ...\n@register('f')\n" + BODY
    ),
    "inside of what is decorated": HEAD + "@unknown\ndef f():\n    torch.ones(3).vi$0ew(1)",
}

LIKELY = {
    "unknown": HEAD + "from elsewhere import mystery\n@mystery\n" + BODY,
    "a wrapper": (
        HEAD + "def log(fn):\n    @functools.wraps(fn)\n    def inner(*a, **k):\n        return fn(*a, **k)\n"
        "    return inner\n@log\n" + BODY
    ),
    "says that its function gives something": (
        HEAD + "from typing import Any, Callable\ndef log(fn: Callable[..., Any]) -> Callable[..., Any]:\n"
        "    def inner(*a, **k): return fn(*a, **k)\n    return inner\n@log\n" + BODY
    ),
    "made by what says that it gives something else": (
        HEAD + "from typing import Callable, TypeVar\nM = TypeVar('M')\nN = TypeVar('N')\n"
        "def register(name) -> Callable[[Callable[..., M]], Callable[..., N]]: ...\n@register('f')\n" + BODY
    ),
    "method with an unknown one": (
        HEAD + "from elsewhere import mystery\nclass A:\n    @mystery\n    def f(self):\n        return torch.ones(3)\n"
        "A().f().vi$0ew(1)"
    ),
}

NOTHING = {
    "an object of a class": (
        HEAD + "class Task:\n    def __init__(self, fn): ...\n    def run(self): ...\n@Task\n" + BODY
    ),
    "gives something else": HEAD + "def five(fn):\n    return 5\n@five\n" + BODY,
    "property is no function": (
        HEAD + "class A:\n    @property\n    def f(self):\n        return torch.ones(3)\nA().f().vi$0ew"
    ),
}

MEMBERS = {
    "class with an unknown one": (
        HEAD + "from elsewhere import register\n@register\nclass A(nn.Module): ...\nA().par$0ameters()",
        "torch.nn.Module.parameters",
        "likely",
    ),
    "class given back": (
        HEAD + "def register(cls):\n    return cls\n@register\nclass A(nn.Module): ...\nA().par$0ameters()",
        "torch.nn.Module.parameters",
        "certain",
    ),
    "mindspore jit": (
        "import mindspore as ms\nfrom mindspore import ops\n@ms.jit\ndef f():\n    return ops.ones(3)\nf().su$0m()",
        "mindspore.Tensor.sum",
        "certain",
    ),
    "field of a data class": (
        HEAD + "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: torch.Tensor\nA(1).x.vi$0ew(1)",
        VIEW,
        "certain",
    ),
    "default of a field": (
        HEAD + "from dataclasses import dataclass, field\n@dataclass\nclass A:\n"
        "    net: object = field(default_factory=nn.BatchNorm2d)\nA().net.wei$0ght",
        "torch.nn.BatchNorm2d.weight",
        "likely",
    ),
    "context manager": (
        HEAD + "from contextlib import contextmanager\n@contextmanager\ndef f():\n    yield torch.ones(3)\n"
        "with f() as x:\n    x.vi$0ew(1)",
        VIEW,
        "certain",
    ),
    "entered": (
        HEAD + "class A:\n    def __enter__(self):\n        return torch.ones(3)\n    def __exit__(self, *a): ...\n"
        "with A() as x:\n    x.vi$0ew(1)",
        VIEW,
        "certain",
    ),
    "overloads": (
        HEAD
        + "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\n"
        "def f(x):\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        VIEW,
        "certain",
    ),
    "singledispatch": (
        HEAD + "@functools.singledispatch\ndef f(x):\n    return torch.ones(3)\nf(1).vi$0ew(1)",
        VIEW,
        "certain",
    ),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_certain(name: str) -> None:
    found = use(CERTAIN[name])
    assert found is not None and (found.symbol, found.certainty) == (VIEW, "certain")


@pytest.mark.parametrize("name", LIKELY)
def test_likely(name: str) -> None:
    found = use(LIKELY[name])
    assert found is not None and (found.symbol, found.certainty) == (VIEW, "likely")


test_nothing = denotes_nothing(NOTHING)


@pytest.mark.parametrize("name", MEMBERS)
def test_members(name: str) -> None:
    text, symbol, certainty = MEMBERS[name]
    found = use(text)
    assert found is not None and (found.symbol, found.certainty) == (symbol, certainty)


def test_a_decorated_class_most_likely_stays_what_it_is() -> None:
    found = use(
        "import torch\ndef documented(obj=None, *, text=''):\n    def decorate(one):\n        one.__doc__ = text\n"
        "        return one\n    if obj is not None:\n        return decorate(obj)\n    return decorate\n"
        "@documented\nclass Net(torch.nn.Module):\n    pass\nNet().paramet$0ers()"
    )
    assert found is not None
    assert found.symbol == "torch.nn.Module.parameters"
