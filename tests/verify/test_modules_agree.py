"""Small programs in torch, and converted in MindSpore with the same weights: the numbers that they work out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = ("in_place", "state")

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_numbers_agree(name: str) -> None:
    program = ROOT / f"tests/migrate/modules/{name}.py"
    command = [sys.executable, "-m", "tests.verify.training_program", str(program)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["left"] == []
    assert "error" not in found, found["error"]
    assert len(found["first"]) > 5
    assert found["second"] == pytest.approx(found["first"], abs=1e-4, rel=1e-4)
