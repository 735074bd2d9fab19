"""The evidence: its runner, and a fixed part of the rules run again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import EvidenceLine
from lsp_server.verify import cases, evidence, outcome, records, totals, weights
from lsp_server.verify.inputs import fixed_inputs
from lsp_server.verify.isolation import CaseResult


def run(program: str, *arguments: str) -> str:
    """In a process of its own: one that has run a MindSpore operator must not fork, and other tests run many."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.frameworks
def test_a_fixed_part_of_the_rules_still_agrees_with_the_record() -> None:
    """What the record calls clean still is, and nothing disagrees under a rule that is offered as safe."""
    program = (
        "from lsp_server.verify import evidence, totals\n"
        "report = evidence.verify(quick=True)\n"
        "print(len(report.lines) > 100, report.regressions, totals.of_report(report).safe_disagreements)"
    )
    assert run(program).strip() == "True [] 0"


@pytest.mark.frameworks
def test_the_record_holds_what_is_promised() -> None:
    """Of torch's own inputs 98 % agree at the least, and none disagrees under a rule that is offered as safe."""
    found = totals.recorded(shipped(), "CPU")
    assert found.safe > 2_000 and found.safe_disagreements == 0
    for one in found.databases:
        assert one.run > 0 and one.agree >= 0.98 * one.run, one


@pytest.mark.frameworks
def test_samples_count_for_every_symbol_that_they_show_something_about(tmp_path: Path) -> None:
    names = [
        "mindspore.ops.bmm",
        "torch.Tensor.tanh",
        "torch.erf",
        "torch.nn.ReLU6",
        "torch.nn.functional.embedding",
        "torch.optim.SGD",
        "torch.optim.lr_scheduler.StepLR",
        "torch.svd",
    ]
    program = (
        "import sys\nfrom pathlib import Path\nfrom lsp_server.verify import evidence\n"
        "evidence.verify(sys.argv[2:], root=Path(sys.argv[1]))"
    )
    run(program, str(tmp_path), *names)
    (written,) = tmp_path.glob("*.jsonl")
    lines = records.read(written)
    assert set(lines) == set(names)
    assert all(line.samples > 0 and line.samples <= line.cases for line in lines.values())
    assert lines["torch.nn.ReLU6"].gradients > 0
    assert lines["torch.svd"].outside > 0  # it has empty matrices among its inputs
    assert lines["torch.nn.functional.embedding"].refused > 0  # and this max_norm
    assert lines["torch.optim.SGD"].clean and lines["torch.optim.lr_scheduler.StepLR"].clean
    assert not list(tmp_path.glob("*.journal"))
    size = written.stat().st_size / len(lines)
    assert size < 600


@pytest.mark.frameworks
def test_an_unknown_symbol_is_named() -> None:
    with pytest.raises(evidence.UnknownSymbols, match=r"torch\.nothing"):
        evidence.verify(["torch.nothing"])


def test_a_case_becomes_a_module_with_known_tensors() -> None:
    text, used = cases.as_module(
        "def half(t):\n    return t / 2\ny = half(m)\ny + n", "torch", frozenset(fixed_inputs())
    )
    assert used == ("m", "n")
    assert text.endswith("def case(m: torch.Tensor, n: torch.Tensor):\n    y = half(m)\n    return y + n\n")
    assert text.index("def half") < text.index("def case")


def test_a_function_of_a_case_keeps_its_decorators() -> None:
    text, _ = cases.as_module(
        "@torch.jit.ignore\n@staticmethod\ndef f(t):\n    return t\nf(m)", "torch", frozenset("m")
    )
    assert "\n\n\n@torch.jit.ignore\n@staticmethod\ndef f(t):\n" in text


@pytest.mark.parametrize("case", ["x = 1", "x ="])
def test_a_bad_case_is_refused(case: str) -> None:
    with pytest.raises(cases.BadCase):
        cases.as_module(case, "torch", frozenset())


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


def test_answers_of_chance_are_compared_by_shape_dtype_and_moments() -> None:
    random = np.random.default_rng(1)
    left, right, moved = (random.standard_normal(1000).astype(np.float32) + shift for shift in (0, 0, 1))
    arrays = [outcome.Array("tensor", "float32", values) for values in (left, right, moved)]
    loose, tolerance = outcome.Loose(moments=True), outcome.Tolerance()
    outcome.compare_loosely(arrays[0], arrays[1], loose, tolerance)
    with pytest.raises(outcome.Disagreement, match="mean"):
        outcome.compare_loosely(arrays[0], arrays[2], loose, tolerance)
    with pytest.raises(outcome.Disagreement, match="shape"):
        outcome.compare_loosely(arrays[0], array("float32", 1), loose, tolerance)


def test_the_journal_gives_back_what_still_holds(tmp_path: Path) -> None:
    journal = records.Journal(tmp_path / "run.journal")
    result = CaseResult(0, "agree", 0.5)
    journal.add("torch.add own", "key", [result])
    journal.add("torch.mul own", "old", [result])
    with (tmp_path / "run.journal").open("ab") as file:
        file.write(b'{"job":"torch.sub ow')
    assert journal.resume({"torch.add own": "key", "torch.mul own": "new"}) == {"torch.add own": [result]}
    journal.forget(["torch.add own"])
    assert journal.resume({"torch.add own": "key", "torch.mul own": "old"}) == {"torch.mul own": [result]}
    journal.forget(["torch.mul own"])
    assert not (tmp_path / "run.journal").exists()


def test_records_are_short_sorted_and_merged(tmp_path: Path) -> None:
    def line(symbol: str, agree: int) -> EvidenceLine:
        return EvidenceLine(torch="2", mindspore="2", device="CPU", cases=2, agree=agree, symbol=symbol)

    path = tmp_path / "evidence.jsonl"
    records.write(path, [line("torch.b", 2), line("torch.a", 2)], {"torch.a", "torch.b"})
    records.write(path, [line("torch.b", 1)], {"torch.b"})
    assert path.read_text() == (
        '{"symbol":"torch.b","torch":"2","mindspore":"2","device":"CPU","cases":2,"agree":1,"max_error":0.0}\n'
    )
