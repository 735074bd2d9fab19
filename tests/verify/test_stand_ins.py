"""Classes that stand in for torch's: called with the same arguments they give the same numbers."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import numpy as np
import pytest

from lsp_server.catalog.catalog import shipped

pytestmark = pytest.mark.frameworks
IMAGE, ROWS, SIGNAL, VOLUME = (2, 4, 8, 8), (3, 4), (2, 4, 8), (2, 4, 4, 6, 6)
CASES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any], tuple[int, ...]]]] = {
    "Conv1d": [((4, 6, 3), {"padding": (1,), "bias": False}, SIGNAL), ((4, 6, (3,), 2), {"groups": 2}, SIGNAL)],
    "Conv2d": [
        ((4, 6, 3, 1, (1, 2)), {"bias": False}, IMAGE),
        ((4, 6, (3, 5)), {"padding": "same", "groups": 2}, IMAGE),
        ((4, 6, 3, 2, 1, 2), {"device": None, "dtype": None}, IMAGE),
    ],
    "Conv3d": [((4, 6, (1, 3, 3)), {"stride": (1, 2, 2), "padding": (0, 1, 1), "bias": False}, VOLUME)],
    "Linear": [((4, 3), {}, ROWS), ((4, 3, False), {}, ROWS)],
    "BatchNorm1d": [((4, 1e-3, 0.3), {}, ROWS)],
    "BatchNorm2d": [((4,), {"momentum": 0.3}, IMAGE), ((4,), {"affine": False}, IMAGE)],
    "BatchNorm3d": [((4,), {"eps": 1e-3}, VOLUME)],
    "GroupNorm": [((2, 4), {"eps": 1e-3}, IMAGE)],
    "LayerNorm": [((8,), {"eps": 1e-3}, IMAGE), (((8, 8),), {}, IMAGE)],
    "Dropout": [((0.3,), {"inplace": True}, ROWS)],
    "Dropout2d": [((0.3,), {}, IMAGE)],
    "MaxPool1d": [((2,), {}, SIGNAL)],
    "MaxPool2d": [((3, 2, 1), {}, IMAGE), ((2,), {"ceil_mode": True}, IMAGE)],
    "MaxPool3d": [((2,), {}, VOLUME)],
    "ReLU": [((), {"inplace": True}, ROWS)],
    "ReLU6": [((True,), {}, ROWS)],
    "LeakyReLU": [((), {}, ROWS), ((0.3, True), {}, ROWS)],
    "PReLU": [((), {}, IMAGE), ((4,), {"init": 1}, IMAGE)],
    "CELU": [((2,), {"inplace": True}, ROWS)],
    "ELU": [((2.0,), {"inplace": True}, ROWS)],
    "SELU": [((), {"inplace": True}, ROWS)],
    "Mish": [((), {"inplace": True}, ROWS)],
    "GELU": [((), {}, ROWS), (("tanh",), {}, ROWS)],
    "SiLU": [((True,), {}, ROWS)],
    "Hardswish": [((True,), {}, ROWS)],
    "Hardsigmoid": [((True,), {}, ROWS)],
    "Hardtanh": [((-0.5, 0.7), {"inplace": True}, ROWS)],
    "Softmax": [((1,), {}, ROWS), ((), {"dim": 0}, ROWS)],
    "LogSoftmax": [((-1,), {}, ROWS)],
}
STAND_INS = {
    one.define[0]: symbol
    for symbol in shipped().rules()
    if symbol.startswith("torch.nn.") and (rule := shipped().rule(symbol)) is not None and not rule.derived
    for one in rule.counterparts
    if one.stands_in
}


def defined(name: str) -> Any:
    """The class that conversions write."""
    catalog = shipped()
    rule = catalog.rule(STAND_INS[name])
    assert rule is not None
    counterpart = next(one for one in rule.counterparts if one.stands_in)
    namespace = {"mindspore": importlib.import_module("mindspore"), "__name__": "definitions"}
    exec("\n\n\n".join(one.source for one in catalog.defined(counterpart).values()), namespace)
    return namespace[name]


@pytest.mark.parametrize("name", CASES)
def test_numbers_are_the_same(name: str) -> None:
    import mindspore
    import torch

    names = {new: old for old, new in _state(name).items() if new}
    for place, named, shape in CASES[name]:
        data = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        theirs = getattr(torch.nn, name)(*place, **named).eval()
        ours = defined(name)(*place, **named).set_train(False)
        known = dict([*theirs.named_parameters(), *theirs.named_buffers()])
        for path, parameter in ours.parameters_and_names():
            own = path.rpartition(".")[2]
            there = known.get(names.get(own, own))
            if there is not None:
                parameter.set_data(mindspore.Tensor(there.detach().numpy().reshape(parameter.shape)))
        expected = theirs(torch.from_numpy(data.copy())).detach().numpy()
        np.testing.assert_allclose(ours(mindspore.Tensor(data)).asnumpy(), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", sorted(set(STAND_INS) & set(CASES)))
def test_arguments_are_the_same(name: str) -> None:
    """By name, place and default; where numbers are kept may be left to MindSpore."""
    symbol = shipped().symbol(STAND_INS[name])
    assert symbol is not None
    theirs = [one for one in symbol.signatures[0].parameters if one.name not in ("device", "dtype")]
    found = inspect.signature(defined(name).__init__).parameters.values()
    ours = [one for one in found if one.name not in ("self", "device", "dtype")]
    assert [one.name for one in ours] == [one.name for one in theirs]
    defaults = [None if one.default is inspect.Parameter.empty else one.default for one in ours]
    expected = [None if one.default is None else eval(one.default) for one in theirs]  # literals of the inventory
    assert defaults == expected


def _state(name: str) -> dict[str, str]:
    rule = shipped().rule(STAND_INS[name])
    assert rule is not None
    return next(one.state for one in rule.counterparts if one.stands_in)
