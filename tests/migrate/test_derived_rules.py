"""Derived rules at work: conversions in both directions, and there and back again."""

from __future__ import annotations

import pytest

from tests.support import converted_file, converted_use, refused_use

T = "import torch\n\n\ndef f(x: torch.Tensor, y: torch.Tensor):\n    return "
M = (
    "import mindspore\nfrom mindspore import nn, ops, mint\n\n\n"
    "def f(x: mindspore.Tensor, y: mindspore.Tensor):\n    return "
)

CONVERTED = {
    "alias": (T + "torch.special.erf$0(x)", "erf(x)"),
    "method of a function": (T + "x.log_soft$0max(1)", "log_softmax(x, 1)"),
    "method with a keyword": (T + "x.log_soft$0max(dim=1)", "log_softmax(x, axis=1)"),
    "template of a function as a method": (T + "x.eq$0ual(y)", "bool((x == y).all())"),
    "function of a method": (T + "torch.nar$0row(x, 1, 0, 2)", "narrow(x, 1, 0, 2)"),
    "back: a function": (M + "ops.ex$0p(x)", "exp(x)"),
    "back: a keyword": (M + "ops.leaky_re$0lu(x, alpha=0.1)", "leaky_relu(x, negative_slope=0.1)"),
    "back: a default": (M + "ops.leaky_re$0lu(x)", "leaky_relu(x, negative_slope=0.2)"),
    "back: mint": (M + "mint.soft$0max(x, dim=1)", "softmax(x, dim=1)"),
    "back: a method": (M + "x.soft$0max(axis=0)", "x.softmax(dim=0)"),
    "back: two names of one argument": (M + "x.al$0l(axis=1)", "x.all(dim=1)"),
    "back: a layer": (M + "nn.LogSoft$0max(axis=1)", "LogSoftmax(dim=1)"),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_converted(name: str) -> None:
    before, after = CONVERTED[name]
    assert after in converted_use(before)


REFUSED = {
    "back: an argument that torch must be given": (M + "x.cum$0sum()", {"TS312", "TS309"}),
    "back: an argument that torch does not know": (M + "x.s$0um(initial=1)", {"TS303", "TS304", "TS309"}),
    "back: an argument that is always written": (M + "ops.sv$0d(x)", {"TS312"}),
    "back: an argument of another value": (M + "ops.sv$0d(x, False, True)", {"TS303", "TS304"}),
    "back: what means something only there": (M + "x.ma$0x(initial=1)", {"TS303", "TS309"}),
    "an argument without counterpart": (T + "torch.special.erf$0(x, out=y.sum(0))", {"TS314"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    before, codes = REFUSED[name]
    assert refused_use(before) in codes


ROUND_TRIPS = [
    "torch.abs(x)",
    "torch.tanh(x)",
    "torch.cat([x, y], dim=1)",
    "torch.softmax(x, dim=1)",
    "torch.maximum(x, y)",
    "torch.nn.functional.leaky_relu(x, negative_slope=0.1)",
    "torch.nn.BatchNorm2d(3, momentum=0.2)",
    "torch.nn.Dropout(p=0.3)",
    "torch.nn.LogSoftmax(dim=1)",
    "x.exp()",
    "x.floor()",
    "x.softmax(dim=0)",
    "x.amax(dim=1, keepdim=True)",
    "x.log10()",
]


@pytest.mark.parametrize("case", ROUND_TRIPS)
def test_there_and_back_again(case: str) -> None:
    text = f"import torch\n\n\ndef f(x: torch.Tensor, y: torch.Tensor):\n    return {case}\n"
    there = converted_file(text)
    assert "import torch" not in there
    back = converted_file(there, "torch").split("return ")[1].strip()
    shorter = back.replace("nn.functional.", "torch.nn.functional.").replace("F.", "torch.nn.functional.")
    assert case in (back, shorter, back.replace("nn.", "torch.nn."))
