"""Every library layer's state specification, proved: the layer is made, and names, order, shapes, types, trainable
and persistence are compared."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import Any

import mindspore
import mindspore.mint
import pytest
import torch

from lsp_server.catalog.catalog import shipped
from lsp_server.state.evaluator import state_of_expression

from . import layer_cases, truth

pytestmark = pytest.mark.frameworks

HEADER = "import torch\nimport mindspore\n"
CASES = [*layer_cases.TORCH, *layer_cases.MINDSPORE]
NAMESPACES = {"torch.nn": torch.nn, "mindspore.nn": mindspore.nn, "mindspore.mint.nn": mindspore.mint.nn}
GUESSES: tuple[tuple[Any, ...], ...] = (
    (),
    (2,),
    (2, 3),
    (2, 2, 2),
    ((2, 2),),
    (1, (2, 3)),
    (1, 2, 3, 4),
    (0.5,),
    ("mean",),
)


def made(call: str) -> Any:
    """The real layer; the calls are our own, from `layer_cases`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(call, {"torch": torch, "mindspore": mindspore})


@pytest.mark.parametrize("call", CASES)
def test_the_specification_says_what_the_layer_has(call: str) -> None:
    expected = truth.real(made(call))
    state = state_of_expression(truth.analysis(HEADER), call)
    assert state is not None
    assert truth.rows(state) == expected
    assert state.complete == all(row.shape is not None for row in expected)


def test_every_specification_has_cases() -> None:
    called = {re.match(r"[\w.]+", call)[0] for call in CASES}
    catalog = shipped()
    missing = {
        name for name in catalog.states() if name not in called and (spec := catalog.state(name)) and spec.complete
    }
    assert not missing


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_layers_without_a_specification_have_no_state(namespace: str) -> None:
    """Otherwise the evaluator would call a state complete that is not."""
    base = torch.nn.Module if namespace == "torch.nn" else mindspore.nn.Cell
    catalog, wrong, untried = shipped(), [], []
    for name, cls in truth.classes(NAMESPACES[namespace], base):
        full = f"{namespace}.{name}"
        if any(catalog.state(known) is not None for known in catalog.lineage(full)) or name in CONTAINERS:
            continue
        layer = attempt(cls)
        if layer is None:
            untried += [name] if makes_state(cls) else []
        elif truth.real(layer):
            wrong.append(name)
    assert not wrong
    assert set(untried) <= WRAPPERS


CONTAINERS = {"Module", "Cell", "Container", "Sequential", "ModuleList", "ModuleDict", "ParameterList",
    "ParameterDict", "SequentialCell", "CellList", "CellDict"}  # fmt: skip
WRAPPERS = {"TrainOneStepCell", "TrainOneStepWithLossScaleCell", "LARS", "OptTFTWrapper", "AdaSumByDeltaWeightWrapCell",
    "AdaSumByGradWrapCell", "PipelineCell", "GradAccumulationCell", "DistributedGradReducer",
    "PipelineGradReducer"}  # fmt: skip
"""They take a network or its parameters: the evaluator reports such a layer as incomplete."""


def makes_state(cls: type) -> bool:
    """Whether the source of a class makes parameters or buffers, or layers that have some."""
    found = ""
    for base in cls.__mro__:
        if base.__name__ in ("Module", "Cell"):
            break
        body = inspect.getsource(base)
        found += re.sub(r'r?""".*?"""', "", body, flags=re.DOTALL)
    return re.search(r"Parameter\(|register_buffer\(|register_parameter\(|nn\.\w+\(", found) is not None


def attempt(cls: type) -> Any:
    """An object of a class, with the first arguments that it takes."""
    required = [
        parameter
        for parameter in inspect.signature(cls).parameters.values()
        if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    for arguments in ((2,) * len(required), (1.0,) * len(required), *GUESSES):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return cls(*arguments)
        except Exception:
            continue
    return None
