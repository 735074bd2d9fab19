"""The same as ``python -m tests.soak``, for some seconds: what is lost is noticed here too, and what grows fast."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .page import page, picture
from .replay import FREQUENT, replay
from .trend import trend

SECONDS = 8
FAST = {"memory": 0.4, "latency": 2.0}
"""Growth over so short a time that is more than caches being filled."""


@pytest.mark.parametrize("framework", ["torch", "mindspore"])
def test_some_sessions(framework: str, tmp_path: Path) -> None:
    run = replay(tmp_path, SECONDS / 60, framework, seed=7)
    assert run.problems == []
    assert run.growing(FAST) == []
    assert run.requests > 100
    assert set().union(*(session.latencies for session in run.sessions)) == set(FREQUENT.values())
    assert "| memory of the server" in page(run) and picture(run).count("<polyline") == 6


def test_a_slow_leak_is_told_from_noise() -> None:
    chance = random.Random(3)
    noise = [100 + chance.gauss(0, 2) for _ in range(60)]
    leak = [value + 0.2 * number for number, value in enumerate(noise)]
    assert not trend(noise).exceeds(0.05)
    assert trend(leak).exceeds(0.05)
    assert not trend(leak[::-1]).exceeds(0)


def test_caches_that_have_filled_and_single_outliers_are_no_growth() -> None:
    chance = random.Random(4)
    filled = [100 + chance.gauss(0, 1) for _ in range(40)]
    filled[-1] = 300
    assert not trend(filled).exceeds(0.05)
    assert trend([1.0] * 30).growth == 0
    assert not trend([1.0, 2.0, 3.0, 4.0]).exceeds(0)
