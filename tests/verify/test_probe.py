"""What the probe makes of calls that run, are refused, or lack a kernel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from lsp_server.catalog.model import Parameter, Symbol
from lsp_server.verify.inventory import measured, probe


def fails(message: str) -> Callable[[], Any]:
    def call() -> Any:
        raise RuntimeError(message)

    return call


REFUSED = fails("For 'Tile', the type of 'reps' must be tuple")
MISSING = fails("The kernel AcosExt unregistered.")
UNSUPPORTED = fails("Unsupported op [Fill] on CPU")


@pytest.mark.parametrize(
    ("attempts", "word"),
    [
        ([lambda: 1], "runs"),
        ([REFUSED, lambda: 1], "runs"),
        ([UNSUPPORTED, lambda: 1], "runs"),
        ([REFUSED, UNSUPPORTED], "fails"),
        ([MISSING, lambda: 1], "fails"),
        ([REFUSED], None),
        ([], None),
    ],
)
def test_only_a_missing_kernel_is_a_failure(attempts: list[Callable[[], Any]], word: str | None) -> None:
    assert probe._outcome(iter(attempts)) == word


def test_what_is_tried() -> None:
    symbols = [
        Symbol("mindspore.mint.acos", "function"),
        Symbol("mindspore.Tensor.acos", "method"),
        Symbol("mindspore.nn.Dense", "class", bases=("mindspore.nn.Cell",)),
        Symbol("mindspore.nn.Metric", "class"),
        Symbol("mindspore.ops.Add", "class", bases=("mindspore.ops.Primitive",)),
        Symbol("mindspore.ops.all_gather", "function"),
        Symbol("mindspore.train.Model", "class"),
    ]
    assert [one.name.rpartition(".")[2] for one in probe.wanted(symbols)] == ["acos", "acos", "Dense"]


def test_arguments_are_guessed_from_names() -> None:
    parameters = (
        Parameter("input"),
        Parameter("dim"),
        Parameter("keepdim", default="False"),
        Parameter("value", "keyword"),
    )
    assert probe._arguments(parameters, first="X") == "X, 0, value=1.0"
    assert probe._arguments((Parameter("size"),), first="X") == "(2, 3)"


PROBED = """
import mindspore
from lsp_server.catalog.model import Parameter, Signature, Symbol
from lsp_server.verify.inventory import probe
signature = Signature((Parameter("input"),))
print([probe.tried(Symbol(f"mindspore.{name}.acos", "function", (signature,)), {}) for name in ("ops", "mint")])
"""


@pytest.mark.frameworks
def test_what_runs_and_what_does_not() -> None:
    # in a process of its own: one that has run an operator must not fork
    run = subprocess.run([sys.executable, "-c", PROBED], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "['runs', 'fails']"


def test_measurements_are_kept_as_they_are(tmp_path: Any) -> None:
    path = measured.path_of("mindspore", "1.0", tmp_path)
    assert measured.read(path) == {}
    measured.write(path, {"mindspore.ops.b": "fails", "mindspore.ops.a": "runs"})
    assert measured.read(path) == {"mindspore.ops.a": "runs", "mindspore.ops.b": "fails"}
    (one,) = measured.merged([Symbol("mindspore.ops.a", "function")], measured.read(path))
    assert one.cpu == "runs"
