"""The evidence: its runner, and a sample of the rules run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from lsp_server.verify import cases, evidence, isolation, outcome, weights
from lsp_server.verify.inputs import fixed_inputs

SAMPLE = [
    "mindspore.Tensor.astype",
    "mindspore.nn.BatchNorm2d",
    "mindspore.nn.Cell.set_train",
    "mindspore.nn.Dense",
    "mindspore.ops.flatten",
    "mindspore.ops.std",
    "torch.Tensor.clone",
    "torch.Tensor.masked_fill",
    "torch.Tensor.max",
    "torch.Tensor.repeat",
    "torch.Tensor.size",
    "torch.Tensor.std",
    "torch.Tensor.to",
    "torch.Tensor.transpose",
    "torch.Tensor.view",
    "torch.argmax",
    "torch.cat",
    "torch.clamp",
    "torch.flatten",
    "torch.full",
    "torch.nn.AvgPool2d",
    "torch.nn.BatchNorm2d",
    "torch.nn.Conv2d",
    "torch.nn.Dropout",
    "torch.nn.Embedding",
    "torch.nn.GELU",
    "torch.nn.LSTM",
    "torch.nn.LeakyReLU",
    "torch.nn.Linear",
    "torch.nn.MaxPool2d",
    "torch.nn.Module.buffers",
    "torch.nn.Module.parameters",
    "torch.nn.Module.register_buffer",
    "torch.nn.Module.state_dict",
    "torch.nn.SmoothL1Loss",
    "torch.nn.functional.cross_entropy",
    "torch.nn.functional.normalize",
    "torch.softmax",
    "torch.sum",
    "torch.transpose",
    "torch.zeros",
]


@pytest.mark.frameworks
def test_a_sample_of_the_rules_still_agrees(tmp_path: Path) -> None:
    """In a process of its own: one that has run a MindSpore operator must not fork, and other tests run many."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom lsp_server.verify import evidence\n"
        "evidence.run(sys.argv[2:], root=Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path), *SAMPLE], check=True)
    (written,) = tmp_path.glob("*.jsonl")
    lines = [msgspec.json.decode(line, type=evidence.Line) for line in written.read_bytes().splitlines()]
    assert {line.symbol for line in lines} == set(SAMPLE)
    assert [f"{line.symbol}: {line.failure}" for line in lines if not line.clean] == []


@pytest.mark.frameworks
def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(evidence.UnknownSymbols, match=r"torch\.nothing"):
        evidence.run(["torch.nothing"])


def test_a_case_becomes_a_module_with_known_tensors() -> None:
    text, used = cases.as_module(
        "def half(t):\n    return t / 2\ny = half(m)\ny + n", "torch", frozenset(fixed_inputs())
    )
    assert used == ("m", "n")
    assert text.endswith("def case(m: torch.Tensor, n: torch.Tensor):\n    y = half(m)\n    return y + n\n")
    assert text.index("def half") < text.index("def case")


@pytest.mark.parametrize("case", ["x = 1", "x ="])
def test_a_bad_case_is_refused(case: str) -> None:
    with pytest.raises(cases.BadCase):
        cases.as_module(case, "torch", frozenset())


def work(job: str, index: int) -> isolation.CaseResult:
    if job == "crash" and index == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "hang" and index == 0:
        time.sleep(60)
    if job == "raise":
        raise RuntimeError("wrong")
    return isolation.CaseResult(index, True, 0.5)


def test_a_crash_and_a_hang_cost_one_case_each() -> None:
    jobs = [("crash", 3), ("hang", 2), ("raise", 1), ("fine", 2)]
    found = dict(isolation.run_all(jobs, work, processes=2, timeout=3))
    assert [result.agree for result in found["crash"]] == [True, False, True]
    assert [result.agree for result in found["hang"]] == [False, True]
    assert "no answer within 3 s" in found["hang"][0].failure
    assert "wrong" in found["raise"][0].failure
    assert all(result.agree for result in found["fine"])


def array(dtype: str, *values: float) -> outcome.Array:
    return outcome.Array("tensor", dtype, np.array(values, dtype))


@pytest.mark.parametrize(
    ("expected", "actual", "said"),
    [
        (array("float32", 1), array("float32", 1.1), "values differ by 0.1"),
        (array("float32", 1), array("float64", 1), "dtype float32 against float64"),
        (array("int64", 1), array("int32", 1), "dtype int64 against int32"),
        (array("float32", 1), array("float32", 1, 2), "shape"),
        ([array("float32", 1)], array("float32", 1), "against"),
        ([1, 2], [1], "2 items against 1"),
        ({"a": 1}, {"b": 1}, "keys"),
        (True, 1, "True against 1"),
        (float("nan"), 1.0, "nan against 1.0"),
    ],
)
def test_a_disagreement_says_where_and_how(expected: object, actual: object, said: str) -> None:
    with pytest.raises(outcome.Disagreement, match=said):
        outcome.largest_difference(expected, actual, outcome.Tolerance())


def test_narrow_integers_agree_only_where_the_rule_says_so() -> None:
    tolerance = outcome.Tolerance(narrow_integers=True)
    assert outcome.largest_difference(array("int64", 3), array("int32", 3), tolerance) == 0
    with pytest.raises(outcome.Disagreement):
        outcome.largest_difference(array("int64", 3), array("int32", 4), tolerance)


def test_weights_depend_on_the_name_and_not_on_the_shape() -> None:
    assert np.array_equal(weights.values("0.weight", (2, 3)).ravel(), weights.values("0.weight", (3, 2)).ravel())
    assert not np.array_equal(weights.values("0.weight", (6,)), weights.values("1.weight", (6,)))
    assert (weights.values("0.running_var", (50,)) > 0).all()
