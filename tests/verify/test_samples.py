"""Torch's test inputs: written as source, attributed to symbols, left out where a counterpart's limits say so."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

from lsp_server.catalog import compiler
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Limit
from lsp_server.verify import limits, samples
from lsp_server.verify.databases import ALIAS_CAP, CAP, Databases
from lsp_server.verify.samples import Unwritable

pytestmark = pytest.mark.frameworks


@pytest.fixture(scope="module")
def databases() -> Databases:
    return Databases(Catalog(compiler.compile_mappings(compiler.MAPPINGS)))


def tensor(*shape: int) -> Any:
    import torch

    return torch.ones(shape)


def test_a_call_becomes_a_module_whose_tensors_are_arguments() -> None:
    sample = samples.call("torch.add", "function", (tensor(2, 3), tensor(3)), {"alpha": 2})
    assert sample.text == (
        "import torch\n\n\ndef case(t0: torch.Tensor, t1: torch.Tensor):\n    return torch.add(t0, t1, alpha=2)\n"
    )
    assert [array.shape for array in sample.inputs.values()] == [(2, 3), (3,)]
    assert samples.described(sample.inputs) == "t0 float32[2, 3], t1 float32[3]"


def test_methods_properties_indices_and_in_place_methods_are_written_as_people_write_them() -> None:
    one = tensor(2, 3)
    assert samples.call("torch.Tensor.add", "method", (one, one), {}).call == "t0.add(t0)"
    assert samples.call("torch.Tensor.T", "property", (one,), {}).call == "t0.T"
    assert samples.call("torch.Tensor.add_", "in-place", (one, 1.5), {}).text.endswith(
        "    t0.add_(1.5)\n    return t0\n"
    )
    index = (slice(None, 2), slice(0, 4, 2), ..., None, 1)
    assert samples.call("torch.Tensor.__getitem__", "method", (one, index), {}).call == "t0[:2, 0:4:2, ..., None, 1]"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "True"),
        (None, "None"),
        (0.1, "0.1"),
        (float("inf"), 'float("inf")'),
        ("mean", "'mean'"),
        ((1,), "(1,)"),
        ([1, (2, 3)], "[1, (2, 3)]"),
        (np.float64(0.5), "0.5"),
    ],
)
def test_values_are_written_as_source(value: object, text: str) -> None:
    assert samples.Writer().write(value) == text


def test_values_of_torch_are_written_as_source() -> None:
    import torch

    writer = samples.Writer()
    written = [torch.float32, torch.contiguous_format, torch.Size((2, 3)), torch.device("cpu"), [tensor(1), tensor(2)]]
    assert [writer.write(one) for one in written] == [
        "torch.float32",
        "torch.contiguous_format",
        "(2, 3)",
        'torch.device("cpu")',
        "[t0, t1]",
    ]


def test_what_cannot_be_said_in_source_is_not_written() -> None:
    import torch

    for value in (torch.ones(2, dtype=torch.complex64), torch.ones(2).to_sparse(), torch.Generator(), object()):
        with pytest.raises(Unwritable):
            samples.Writer().write(value)
    with pytest.raises(Unwritable):
        samples.call("torch.Tensor.add", "method", (1, tensor(2)), {})


def test_a_strided_input_keeps_its_values() -> None:
    import torch

    (array,) = samples.call("torch.abs", "function", (torch.arange(6.0).reshape(2, 3).T,), {}).inputs.values()
    assert array.tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_layer_stands_at_the_top_of_the_module() -> None:
    sample = samples.layer(
        "torch.nn.CrossEntropyLoss", ((), {"weight": tensor(3)}), ((tensor(2, 3), tensor(2)), {}), training=False
    )
    assert sample.text == (
        "import torch\n\nw0: torch.Tensor\nnet = torch.nn.CrossEntropyLoss(weight=w0)\nnet.eval()\n\n\n"
        "def case(t0: torch.Tensor, t1: torch.Tensor):\n    return net(t0, t1)\n"
    )
    assert list(sample.given) == ["w0"] and list(sample.inputs) == ["t0", "t1"]


def test_the_databases_stand_for_public_names(databases: Databases) -> None:
    assert {name: len(entries) for name, entries in databases.entries.items()} == {
        "operators": 702,
        "modules": 114,
        "optimizers": 15,
    }
    assert {"torch.add", "torch.Tensor.add", "torch.Tensor.add_"} <= set(databases.symbols())
    assert {"torch.nn.functional.relu", "torch.linalg.det", "torch.special.entr", "torch.fft.fft"} <= set(
        databases.symbols()
    )
    assert {"torch.absolute", "torch.nn.Conv2d", "torch.optim.SGD", "torch.Tensor.T"} <= set(databases.symbols())
    assert "torch.float32" not in databases.symbols()


def test_the_samples_of_a_symbol_are_few_the_same_every_time_and_hold_integers(databases: Databases) -> None:
    first, again = (next(databases.written("torch.add")) for _ in range(2))
    assert [one.text for one in first.samples] == [one.text for one in again.samples]
    assert all(
        np.array_equal(left, right)
        for one, other in zip(first.samples, again.samples, strict=True)
        for left, right in zip(one.inputs.values(), other.inputs.values(), strict=True)
    )
    assert 10 < len(first.samples) <= CAP
    assert {"float32", "int64"} <= {str(array.dtype) for one in first.samples for array in one.inputs.values()}
    assert sum(len(written.samples) for written in databases.written("torch.absolute")) <= ALIAS_CAP
    assert {written.made for written in databases.written("torch.Tensor.add_")} == {"in-place"}


def test_functions_of_nn_compare_gradients(databases: Databases) -> None:
    assert any(one.gradients for one in next(databases.written("torch.nn.functional.relu")).samples)
    assert not any(one.gradients for one in next(databases.written("torch.add")).samples)


F, K, E, N = np.ones((2, 3), np.float32), np.ones((2, 3), np.int64), np.ones((0, 3), np.float32), np.full(3, np.nan)


@pytest.mark.parametrize(
    ("limit", "kept", "broken"),
    [
        ("nonempty", [F], [F, E]),
        ("rank>=1", [F], [F, np.float32(1)]),
        ("rank>=2", [F], [N]),
        ("rank<=1", [np.ones(3)], [F]),
        ("rank<=2", [F], [np.ones((1,) * 3)]),
        ("rank<=3", [np.ones((1,) * 3)], [np.ones((1,) * 4)]),
        ("rank<=4", [np.ones((1,) * 4)], [np.ones((1,) * 5)]),
        ("same-shape", [F, K], [F, N]),
        ("same-dtype", [F, F], [F, K]),
        ("finite", [F, K], [F, N]),
        ("real", [F, K], [np.ones(2, np.complex64)]),
        ("floating", [F, K], [K]),
        ("float32", [F, K], [F, N]),
        ("batched", [np.ones((2, 3, 4, 4))], [np.ones((3, 4, 4))]),
    ],
)
def test_limits(limit: Limit, kept: list[Any], broken: list[Any]) -> None:
    assert limits.outside((limit,), [np.asarray(one) for one in kept], "torch.nn.MaxPool2d") is None
    assert limits.outside((limit,), [np.asarray(one) for one in broken], "torch.nn.MaxPool2d") == limit


def test_every_limit_has_a_predicate() -> None:
    for limit in get_args(Limit):
        limits.outside((limit,), [], "torch.add")
