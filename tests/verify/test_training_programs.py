"""Training programs in torch, and converted in MindSpore with the same weights: the losses of 20 steps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted((ROOT / "tests/migrate/programs").glob("*.py"))
TOLERANCE = 1e-3
TOLERANCES = {
    "mixed_precision": 2.0**-8,
}
"""MindSpore's CPU has no bfloat16: the converted program says that it stays in float32 there, and torch's numbers are
rounded to 2**-8. `test_mixed_precision_in_float32` compares like with like."""

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_losses_agree(program: Path) -> None:
    compare(program, TOLERANCES.get(program.stem, TOLERANCE))


def test_mixed_precision_in_float32(tmp_path: Path) -> None:
    text = (ROOT / "tests/migrate/programs/mixed_precision.py").read_text()
    program = tmp_path / "mixed_precision.py"
    program.write_text(text.replace("dtype=torch.bfloat16", "dtype=torch.bfloat16, enabled=len(data) < 0"))
    compare(program, TOLERANCE)


def compare(program: Path, tolerance: float) -> None:
    command = [sys.executable, "-m", "tests.verify.training_program", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["left"] == []
    assert "error" not in found, found["error"]
    assert len(found["torch"]) == 20
    assert len(set(found["torch"])) > 1, "nothing is trained"
    assert found["mindspore"] == pytest.approx(found["torch"], abs=tolerance, rel=tolerance)


def test_all_are_there() -> None:
    assert len(PROGRAMS) >= 15
