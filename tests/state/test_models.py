"""The evaluator against modules that the frameworks really made."""

from __future__ import annotations

import pytest

from lsp_server.state.evaluator import state_of_expression

from . import models, truth

pytestmark = pytest.mark.frameworks
EXACT = {f"torch: {name}": model for name, model in models.TORCH.items()} | {
    f"mindspore: {name}": model for name, model in models.MINDSPORE.items()
}


def both(model: models.Model) -> tuple[list[truth.Row], list[truth.Row], bool]:
    """What we say, what the framework says, and whether we call ours complete."""
    state = state_of_expression(truth.analysis(model.source), model.expression)
    names = truth.executed(model.source)
    expected = truth.real(eval(model.expression, names))
    assert state is not None
    return truth.rows(state), expected, state.complete


@pytest.mark.parametrize("name", EXACT)
def test_exactly_what_the_framework_says(name: str) -> None:
    ours, real, complete = both(EXACT[name])
    assert ours == real
    assert complete


@pytest.mark.parametrize("name", models.UNKNOWN)
def test_unknown_stays_unknown(name: str) -> None:
    """Incomplete, and nothing that is not so: names, kinds and known shapes are true, in the right order."""
    ours, real, complete = both(models.UNKNOWN[name])
    assert not complete
    known = {row.name: row for row in real}
    for row in ours:
        assert row.name in known, row
        other = known[row.name]
        assert (row.kind, row.persistent) == (other.kind, other.persistent)
        assert row.shape in (None, other.shape)
        assert row.dtype in (None, other.dtype)
    order = [row.name for row in real]
    assert [row.name for row in ours] == [name for name in order if name in {row.name for row in ours}]


@pytest.mark.parametrize("expression", ["resnet18()", "resnet50(num_classes=10)", "ResNet(BasicBlock, [1, 1, 1, 1])"])
def test_residual_networks(expression: str) -> None:
    ours, real, complete = both(models.Model(models.RESNET.source, expression))
    assert ours == real
    assert complete
