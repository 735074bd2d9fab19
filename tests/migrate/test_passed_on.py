"""Classes that are passed on, sequences that are assigned to, statements that fall away, and the way back."""

from __future__ import annotations

import ast

import pytest

from lsp_server.catalog.model import Framework
from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n"


def converted(text: str, to: Framework = "mindspore", best_effort: bool = False) -> Conversion:
    analysis = analyse(text)
    source: Framework = "torch" if to == "mindspore" else "mindspore"
    done = convert(analysis, Wishes(device="CPU").target(source, analysis.catalog), best_effort)
    ast.parse(done.text)
    return done


PASSED = {
    "a default": ("def f(act=nn.ReLU):\n    return act(inplace=True)\n", "class ReLU(nn.ReLU)", "def f(act=ReLU):"),
    "under another name": (
        "norm = nn.BatchNorm2d\nnorm(4, momentum=0.3)\n",
        "class BatchNorm2d(",
        "norm(4, momentum=0.3)",
    ),
    "in a partial": (
        "from functools import partial\np = partial(nn.LayerNorm, eps=1e-6)\n",
        "class LayerNorm(",
        "partial(LayerNorm, eps=1e-6)",
    ),
    "a base": (
        "class A(nn.Conv3d):\n    def forward(self, x):\n        return x\n",
        "class Conv3d(",
        "class A(Conv3d):\n    def construct(",
    ),
    "hidden arguments": (
        "def f(**given):\n    return nn.Dropout(0.1, **given)\n",
        "class Dropout(",
        "return Dropout(0.1, **given)",
    ),
    "the same arguments": (
        "def f(act=nn.Sigmoid):\n    return act()\n",
        "from mindspore import nn",
        "def f(act=nn.Sigmoid):",
    ),
    "a function": ("def f(size=F.interpolate):\n    return size\n", "def interpolate(", "def f(size=interpolate):"),
    "an alias of that name": ("interpolate = F.interpolate\n", "def interpolate(", "\n    return input\n"),
    "a type": (
        "def f(m: nn.Conv2d):\n    return isinstance(m, nn.Conv2d)\n",
        "(m: nn.Conv2d)",
        "isinstance(m, nn.Conv2d)",
    ),
    "a type of tensors": (
        "def f(x):\n    if isinstance(x, torch.ByteTensor):\n        return 1\n",
        "if isinstance(x, ",
        "x.dtype == mindspore.uint8:",
    ),
    "children by name": (
        "class A(nn.Sequential):\n    def __init__(self):\n        self.a = nn.ReLU()\n",
        "class Sequential(nn.SequentialCell)",
        "class A(Sequential):",
    ),
    "a dictionary of sequences": (
        "def f(parts):\n    return nn.ModuleDict(parts)\n",
        "class ModuleDict(nn.CellDict)",
        "return ModuleDict(parts)",
    ),
    "a child": (
        "class A(nn.Module):\n    def __init__(self, n):\n        self.add_module(n, nn.ReLU())\n",
        "(nn.Cell)",
        "setattr(self, n, nn.ReLU())",
    ),
    "what it remembers": ("print(nn.Linear(3, 4).out_features)\n", "nn.Dense(3, 4)", ".out_channels)"),
    "norms have one name": (
        "def f(m):\n    if isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):\n        print(m.weight)\n",
        "isinstance",
        "print(m.gamma)",
    ),
}


@pytest.mark.parametrize("name", PASSED)
def test_what_is_written(name: str) -> None:
    text, *expected = PASSED[name]
    done = converted(HEAD + text)
    assert done.left == ()
    for piece in expected:
        assert piece in done.text
    assert "torch" not in done.text.replace("PyTorch", "")


@pytest.mark.parametrize("name", PASSED)
def test_definitions_give_way_on_the_way_back(name: str) -> None:
    done = converted(converted(HEAD + PASSED[name][0]).text, "torch", best_effort=True)
    assert "Takes the arguments" not in done.text
    assert "mindspore" not in done.text


def test_a_statement_that_does_nothing_there() -> None:
    text = (
        HEAD + "def f(x):\n    torch._C._log_api_usage_once('f')\n    return x\n\n\nif True:\n    torch.fx.wrap('f')\n"
    )
    done = converted(text)
    assert "def f(x):\n    return x\n" in done.text
    assert done.text.endswith("if True:\n    pass\n")


def test_a_decorator_that_keeps_gradients_away() -> None:
    done = converted(HEAD + "@torch.no_grad()\ndef f(x: torch.Tensor):\n    return x + 1\n")
    assert done.left == ()
    assert "stop_gradient" in done.text


def test_a_chain_in_place() -> None:
    done = converted(HEAD + "def f(x: torch.Tensor):\n    x.sub_(1).div_(2)\n    return torch.empty(1).uniform_()\n")
    assert "    x.copy_(x.sub(1).div(2))\n" in done.text
    assert "uniform_" not in done.text


def test_what_is_imported_for_others_is_defined() -> None:
    text = "import torch\nfrom torch.hub import load_state_dict_from_url  # noqa: F401\nx = torch.ones(2)\n"
    assert "def load_state_dict_from_url(" in converted(text).text


def test_imports_and_definitions_stand_before_classes() -> None:
    text = converted("import torch.nn as nn\n\n\nclass A(nn.Conv3d):\n    pass\n\n\nimport os\n").text
    assert text.index("class Conv3d(") < text.index("class A(Conv3d)") < text.index("import os")


@pytest.mark.parametrize("best_effort", [False, True])
@pytest.mark.parametrize("held", ["F.conv2d if wide else mine", "pick(wide, mine, F.conv2d)"])
def test_a_name_that_may_hold_something_else_is_left(held: str, best_effort: bool) -> None:
    text = (
        f"{HEAD}\n\ndef mine(x, w):\n    return x\n\n\ndef pick(wide, a, b):\n    if wide:\n        return b\n"
        f"    return a\n\n\ndef run(wide, x, w):\n    f = {held}\n    return f(x, w)\n"
    )
    done = converted(text, best_effort=best_effort)
    assert "    return f(x, w)\n" in done.text
    named = [one.symbol for one in done.left if one.symbol.startswith("torch.nn.functional.")]
    assert named == ["torch.nn.functional.conv2d"]


def test_a_function_that_a_caller_may_replace_is_called_as_it_was() -> None:
    found = converted(
        HEAD
        + """
ACTIVATIONS = {"relu": F.relu, "silu": F.silu, "tanh": torch.tanh}


def f(x, act=F.relu):
    return act(x)


class Block(nn.Module):
    def __init__(self, act=F.relu, other=F.leaky_relu):
        super().__init__()
        self.act = act
        self.other = other

    def forward(self, x):
        return self.act(x) + self.other(x)
""",
        best_effort=True,
    )
    assert '{"relu": ops.relu, "silu": ops.silu, "tanh": ops.tanh}' in found.text
    assert "def f(x, act=ops.relu):\n    return act(x)\n" in found.text
    assert "return self.act(x) + self.other(x)\n" in found.text
    assert [one.symbol for one in found.left] == ["torch.nn.functional.leaky_relu"]


def test_a_written_class_that_takes_the_same_arguments_goes_on_the_way_back() -> None:
    text = (
        f"{HEAD}optimizer = torch.optim.SGD(nn.Linear(2, 2).parameters(), lr=0.1)\n"
        "scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=20)\n"
    )
    there = converted(text).text
    assert "class OneCycle:" in there
    back = converted(there, to="torch").text
    assert "class OneCycle" not in back
    assert "OneCycleLR(optimizer, max_lr=0.1, total_steps=20)" in back
