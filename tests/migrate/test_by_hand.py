"""What is not converted says why, in the report and, with best effort, above its statement."""

from __future__ import annotations

import ast

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import TODO, Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = "import torch\nimport torch.nn as nn\n\n"
CASES = {
    "a function with a gradient of its own": (
        "class Square(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n"
        "        ctx.save_for_backward(x)\n        return x * x\n",
        "instead of apply",
    ),
    "its call": (
        "class Square(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        return x\n\n\n"
        "y = Square.apply(1)\n",
        "construct and bprop",
    ),
    "a traced graph": ("import torch.fx\n\ng = torch.fx.symbolic_trace(nn.ReLU())\n", "mindspore.jit compiles"),
    "a graph by its name": ("from torch.fx import Tracer\n\ng = Tracer()\n", "torch.fx"),
    "quantised weights": (
        "q = torch.quantization.quantize_dynamic(nn.ReLU(), {nn.Linear}, dtype=torch.qint8)\n",
        "Golden Stick",
    ),
    "prepared for quantisation": (
        "import torch.ao.quantization as tq\n\nq = tq.prepare(nn.ReLU())\n",
        "Golden Stick",
    ),
    "an extension that is built": (
        "from torch.utils.cpp_extension import load\n\next = load(name='e', sources=['e.cpp'])\n",
        "CustomOpBuilder",
    ),
    "an operator of an extension": ("y = torch.ops.mine.fast(torch.ones(3))\n", "CustomOpBuilder"),
    "a library of operators": ("torch.ops.load_library('mine.so')\n", "CustomOpBuilder"),
    "code in a string": ("exec('import torch; a = torch.zeros(3)')\n", "string"),
    "code from elsewhere": ("exec(open('other.py').read())\nx = torch.ones(3)\n", "string"),
    "an expression in a string": ("x = eval('torch.ones(3)')\n", "string"),
    "a writer of TensorBoard": (
        "from torch.utils.tensorboard import SummaryWriter\n\nwriter = SummaryWriter()\n",
        "tensorboardX",
    ),
    "a checkpoint with a list": (
        "net = nn.Linear(1, 1)\ntorch.save({'net': net.state_dict(), 'seen': [1, 2]}, 'net.pt')\n",
        "`seen` into a file of its own",
    ),
    "a checkpoint with an object": (
        "class Options:\n    pass\n\n\noptions = Options()\ntorch.save({'options': options, 'step': 1}, 'net.pt')\n",
        "`options` into a file of its own",
    ),
    "a patched function": ("torch.sum = torch.mean\n", "framework itself"),
    "a patched method": ("nn.Module.__call__ = None\n", "framework itself"),
    "a new method": ("torch.Tensor.mine = lambda self: self + 1\n", "framework itself"),
    "a patch by setattr": ("setattr(torch, 'add', torch.sub)\n", "framework itself"),
}


def converted(text: str, best_effort: bool = False) -> Conversion:
    analysis = analyse(text)
    return convert(analysis, Wishes().target("torch", analysis.catalog), best_effort)


@pytest.mark.parametrize("name", CASES)
def test_the_reason_stands_in_the_report(name: str) -> None:
    text, word = CASES[name]
    done = converted(HEAD + text)
    reasons = [one.reason.text("en") for one in done.left]
    assert any(word in reason for reason in reasons), reasons
    assert all(one.reason.text("zh-cn") for one in done.left)
    ast.parse(done.text)


@pytest.mark.parametrize("name", CASES)
def test_best_effort_marks_it_once(name: str) -> None:
    text, word = CASES[name]
    done = converted(HEAD + text, best_effort=True)
    marks = [line.strip() for line in done.text.splitlines() if line.strip().startswith(TODO)]
    assert sum(word in mark for mark in marks) == 1, done.text
    ast.parse(done.text)
    assert converted(done.text, best_effort=True).text == done.text


@pytest.mark.parametrize("name", ["a patched function", "a new method", "a patch by setattr", "a patched method"])
def test_nothing_of_a_patch_is_converted(name: str) -> None:
    assert CASES[name][0] in converted(HEAD + CASES[name][0], best_effort=True).text


def test_marks_for_the_compiler_go() -> None:
    methods = "".join(
        f"    @torch.jit.{mark}\n    def {mark}_(self, x):\n        return x\n\n"
        for mark in ("export", "ignore", "unused")
    )
    text = converted(f"{HEAD}class N(nn.Module):\n{methods}").text
    assert "jit" not in text and "import torch" not in text and "uncompiled" not in text


def test_a_scripted_function_is_compiled() -> None:
    text = converted(f"{HEAD}@torch.jit.script\ndef f(x: torch.Tensor):\n    return x + 1\n").text
    assert "@mindspore.jit\ndef f(x: Tensor)" in text


def test_an_import_that_stays_has_a_reason() -> None:
    done = converted(f"{HEAD}y = torch.ops.mine.fast(torch.ones(3))\n")
    assert "import torch" in done.text
    assert any(one.symbol == "torch.ops" for one in done.left)


def test_what_is_written_with_a_built_in_name_needs_it() -> None:
    head = "from mindspore import ops\n\n\n"
    text = f"{head}def slice(a):\n    return a\n\n\ny = ops.slice(ops.ones((3, 3)), (0, 0), (1, 1))\n"
    analysis = analyse(text)
    done = convert(analysis, Wishes().target("mindspore", shipped()))
    assert any(one.reason.code == "TS313" for one in done.left)


def test_a_class_that_is_asked_of_an_object_stays() -> None:
    text = f"{HEAD}def f(m):\n    return isinstance(m, nn.Linear) and 'Norm' in m.__class__.__name__\n"
    assert "m.__class__.__name__" in converted(text, best_effort=True).text


def test_an_import_that_stays_is_named_by_what_it_stands_for() -> None:
    done = converted(f"{HEAD}from torch.fx import traceback as tb\nprint(tb, torch.ones(3))\n")
    assert any("torch.fx.traceback" in one.reason.text("en") for one in done.left)
