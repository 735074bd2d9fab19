"""Networks written for MindSpore, against the cells that it makes."""

from __future__ import annotations

import pytest

from . import networks, truth

pytestmark = pytest.mark.frameworks


@pytest.mark.parametrize("name", networks.NETWORKS)
def test_exact(name: str) -> None:
    expression, source = networks.CASES[f"network {name}"]
    expected = truth.real(eval(expression, truth.executed(source)))  # our own source
    state = networks.evaluated(source, expression)
    assert truth.rows(state) == expected
    assert state is not None and state.complete
