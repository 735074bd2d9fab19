"""Which MindSpore expression stands for ``net.buffers()``: that depends on what the buffers of ``net`` are.

MindSpore keeps batch norm statistics as Parameters with ``requires_grad=False``; ``Cell.buffers()``, there since
2.7, lists only what ``register_buffer`` added (measured on MindSpore 2.10.0: empty for a BatchNorm2d).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lsp_server.catalog.model import LAYERS
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Instance, UserClass, UserInstance
from lsp_server.migrate.lookups import module_state
from lsp_server.state.updates import is_parameter_there

if TYPE_CHECKING:
    from lsp_server.state.model import Entry, ModuleState

Holding = Literal["statistics", "registered", "both", "unknown"]
EXPRESSIONS: dict[Holding, str] = {
    "statistics": "{self}.untrainable_params()",
    "registered": "{self}.buffers()",
    "both": "[*{self}.buffers(), *{self}.untrainable_params()]",
    "unknown": "[*{self}.buffers(), *{self}.untrainable_params()]",
}


def receiver_state(use: Use) -> ModuleState | None:
    """The state of the object whose method is used. The evaluator is loaded when the first one is asked for."""
    from lsp_server.state.evaluator import state_of

    if isinstance(use.receiver, Instance) and use.receiver.cls in LAYERS.values():
        return None  # any module may have been passed
    known = module_state(use.analysis, use.owner)
    if known is not None:
        return known
    if isinstance(use.receiver, (Instance, UserClass, UserInstance)):
        return state_of(use.analysis, use.receiver)
    return None


def buffers(state: ModuleState) -> list[Entry]:
    return [entry for entry in state.entries if entry.kind == "buffer"]


def holding(state: ModuleState | None) -> Holding:
    """What kind of buffers a module has; only a complete state can rule something out."""
    if state is None:
        return "unknown"
    found = buffers(state)
    parameters = [entry.layer is not None or is_parameter_there(entry) for entry in found]
    statistics, registered = any(parameters), not all(parameters)
    if statistics and registered:
        return "both"
    if not state.complete:
        return "unknown"
    return "registered" if registered else "statistics"
