"""Training programs of every usual kind: the losses of 20 steps in the framework that they were written for, converted
in the other one with the same weights, and converted back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "tests/migrate/programs").glob("**/*.py"))
PROGRAMS = [one for one in PROGRAMS if one.parent.name != "processes"]  # those need launchers of their own
TOLERANCE = 1e-3
TOLERANCES = {
    "mixed_precision": 2.0**-8,
}
"""MindSpore's CPU has no bfloat16: the converted program says that it stays in float32 there, and torch's numbers are
rounded to 2**-8. `test_mixed_precision_in_float32` compares like with like."""
RETURNING = [one for one in PROGRAMS if one.parent.name == "programs"]

pytestmark = pytest.mark.frameworks


IN_FLOAT32 = "mixed_precision_in_float32"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each program gave. One process imports both frameworks once for all."""
    text = (ROOT / "tests/migrate/programs/mixed_precision.py").read_text()
    program = tmp_path_factory.mktemp("programs") / f"{IN_FLOAT32}.py"
    program.write_text(text.replace("dtype=torch.bfloat16", "dtype=torch.bfloat16, enabled=len(data) < 0"))
    return run([*PROGRAMS, program])


def run(programs: list[Path]) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.verify.training_program", *map(str, programs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"')]
    return {f"{one.get('source', '?')}/{one['program']}": one for one in lines}


def name_of(program: Path) -> str:
    return f"{'mindspore' if program.parent.name == 'mindspore' else 'torch'}/{program.stem}"


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_losses_agree(program: Path, results: dict[str, dict[str, Any]]) -> None:
    compare(results[name_of(program)], TOLERANCES.get(program.stem, TOLERANCE))


def compare(found: dict[str, Any], tolerance: float) -> None:
    assert found["left"] == []
    assert "error" not in found, found["error"]
    assert len(found["first"]) == 20
    assert len(set(found["first"])) > 1, "nothing is trained"
    assert found["second"] == pytest.approx(found["first"], abs=tolerance, rel=tolerance)


def test_mixed_precision_in_float32(results: dict[str, dict[str, Any]]) -> None:
    compare(results[f"torch/{IN_FLOAT32}"], TOLERANCE)


@pytest.mark.parametrize("program", RETURNING, ids=name_of)
def test_losses_agree_when_they_come_back(program: Path, results: dict[str, dict[str, Any]]) -> None:
    found = results[name_of(program)]
    tolerance = TOLERANCES.get(program.stem, TOLERANCE)
    assert found["left_back"] == []
    assert "error_back" not in found, found["error_back"]
    assert found["back"] == pytest.approx(found["first"], abs=tolerance, rel=tolerance)


def test_all_are_there() -> None:
    names = [name_of(one).partition("/")[0] for one in PROGRAMS]
    assert names.count("torch") >= 36
    assert names.count("mindspore") >= 17
