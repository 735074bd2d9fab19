"""TS110: a buffer registered as None and filled later: a checkpoint that has it cannot be loaded strictly."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_plain_tensor, method_of
from lsp_server.findings.model import Finding, Rule
from lsp_server.findings.searching import BUFFERS, has
from lsp_server.inference import classes
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings as messages
from lsp_server.messages.findings import NO_FIX

CODE = "TS110"
_LOADS = ("_load_from_state_dict", "load_state_dict", "set_extra_state", "right_inverse")
"""A parametrization's ``right_inverse`` runs when it is registered: its buffers are filled before all loading."""


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, BUFFERS):
        return
    yield from in_layers(analysis, CODE, BUFFERS, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for name, settings in layer.settings.items() if layer.framework == "torch" else ():
        empty = next((setting for setting in settings if _is_empty(analysis, setting)), None)
        if empty is not None and _is_filled(layer, settings) and not _loads_itself(layer, name):
            values = (("cls", layer.name), ("name", name))
            yield Finding(CODE, empty.target.start_byte, empty.target.end_byte, values)


def _is_empty(analysis: Analysis, setting: Setting) -> bool:
    if setting.registered != "register_buffer" or setting.value is None or setting.value.type != "none":
        return False
    call = shapes.enclosing(setting.target, "call")
    persistent = shapes.argument(analysis, call, 2, "persistent") if call is not None else None
    return persistent is None or persistent.type == "true"


def _is_filled(layer: Layer, settings: list[Setting]) -> bool:
    """Whether another method gives it a tensor, and nothing else registers it or fills it at once."""
    if any(one.registered and (one.value is None or one.value.type != "none") for one in settings):
        return False
    assigned = [one for one in settings if not one.registered]
    facts = [layer.analysis.value(one.value) for one in assigned if one.value is not None and not one.path]
    late = all(method_of(one) != "__init__" for one in assigned)
    return late and any(fact.certain and is_plain_tensor(fact) for fact in facts)


def _loads_itself(layer: Layer, name: str) -> bool:
    return layer.looks_after(name) or any(classes.find_method(layer.cls, name) is not None for name in _LOADS)


RULE = Rule(
    code=CODE,
    name="buffer-filled-later",
    severity="information",
    message=messages.TS110_MESSAGE,
    what=messages.TS110_WHAT,
    why=messages.TS110_WHY,
    example="""import torch
from torch import nn


class Whiten(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", None)

    def fit(self):
        self.mean = torch.ones(3)
""",
    instead="""import torch
from torch import nn


class Whiten(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3))

    def fit(self):
        self.mean = torch.ones(3)
""",
    fix_safety=NO_FIX,
    check=check,
)
