"""Networks of torchvision, read from its wheel, converted to MindSpore and back: nothing is left by hand, and the
numbers are those of the original. ``python -m tests.migrate.networks`` measures more of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.migrate.networks import measure
from tests.migrate.networks.chosen import CHEAP, NETWORKS
from tests.migrate.networks.measure import Result

pytestmark = pytest.mark.frameworks
COMPILES = shutil.which("cc") is not None and shutil.which("nm") is not None
DETECTORS = {one.name: one for one in CHEAP}
EVERY = [
    *NETWORKS,
    *(
        pytest.param(
            name,
            marks=pytest.mark.skipif(
                not COMPILES, reason="torchvision's operators need `cc` and `nm` beside a torch without CUDA"
            ),
        )
        for name in DETECTORS
    ),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    work: Path = tmp_path_factory.mktemp("networks")
    networks = [*NETWORKS.values(), *(DETECTORS.values() if COMPILES else ())]
    found = measure.measured(networks, work, back=True, train=True, told=lambda result: None)
    return {result.network.name: result for result in found}


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_left_by_hand(results: dict[str, Result], name: str) -> None:
    assert results[name].left == []


@pytest.mark.parametrize("name", EVERY)
def test_outputs_agree(results: dict[str, Result], name: str) -> None:
    there = results[name].there
    assert not there.error, there.error
    assert results[name].spread > 0.01, "the outputs say nothing"
    assert there.outputs <= measure.TOLERANCE


@pytest.mark.parametrize("name", EVERY)
def test_a_training_step_agrees(results: dict[str, Result], name: str) -> None:
    there = results[name].there
    assert not there.train_error, there.train_error
    assert there.trains(), there


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_converted_back_agrees(results: dict[str, Result], name: str) -> None:
    back = results[name].back
    assert back is not None
    assert not back.error, back.error
    assert back.outputs <= measure.TOLERANCE
    assert results[name].left_back == []


def test_thirty_are_there() -> None:
    assert len(NETWORKS) >= 30
