"""Networks written for MindSpore, against the cells that it makes."""

from __future__ import annotations

import pytest

from . import network_programs, networks, truth

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("name", [name for name in networks.CASES if name.startswith("network ")])
def test_exact(name: str) -> None:
    state = networks.evaluated(name)
    assert truth.rows(state) == networks.real(name)
    assert state is not None and state.complete


def test_a_written_network_for_every_purpose() -> None:
    assert len(networks.NETWORKS | network_programs.PROGRAMS) >= 20
