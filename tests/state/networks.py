"""What MindSpore is measured with: every layer with state, and networks as people write them."""

from __future__ import annotations

from lsp_server.state.evaluator import state_of_expression
from lsp_server.state.model import ModuleState

from . import layer_cases, models, truth

_HEADER = "import mindspore\n"
CASES: dict[str, tuple[str, str]] = {
    **{call: (call, _HEADER) for call in layer_cases.MINDSPORE},
    **{f"network {name}": (model.expression, model.source) for name, model in models.MINDSPORE.items()},
}
"""The expression that makes each, and its source."""


def evaluated(source: str, expression: str) -> ModuleState | None:
    """What we say."""
    return state_of_expression(truth.analysis(source), expression)
