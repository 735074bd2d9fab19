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
REFUSED = {
    "mixed_precision": "autocast",
}
"""What is not converted yet, with a word of the reason that must be said."""

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_losses_agree(program: Path) -> None:
    command = [sys.executable, "-m", "tests.verify.training_program", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if program.stem in REFUSED:
        assert any(REFUSED[program.stem] in reason for reason in found["left"]), found["left"]
        return
    assert found["left"] == []
    assert "error" not in found, found["error"]
    assert len(found["torch"]) == 20
    assert len(set(found["torch"])) > 1, "nothing is trained"
    assert found["mindspore"] == pytest.approx(found["torch"], abs=TOLERANCE, rel=TOLERANCE)


def test_all_are_there() -> None:
    assert len(PROGRAMS) >= 15
