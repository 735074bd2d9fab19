"""TS106: Parameters in a plain list, tuple or dictionary of a module or cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings.containers import HELD, Container, containers, has_string_keys, rewrapped
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_parameter
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings as messages

CODE = "TS106"
_TOLD = re.compile(rb"Parameter")
_WRAPPERS = {
    ("torch", False): "torch.nn.ParameterList",
    ("torch", True): "torch.nn.ParameterDict",
    ("mindspore", False): "mindspore.ParameterTuple",
}


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD):
        return
    yield from in_layers(analysis, CODE, HELD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for container in containers(layer):
        facts = [analysis.value(item) for item in container.items if item.type == "call"]
        if any(fact.certain and is_parameter(fact) for fact in facts) and not layer.looks_after(container.name):
            symbol = _WRAPPERS.get((layer.framework, container.keyed), "")
            target = container.setting.target
            wrapper = symbol.rpartition(".")[2] or "ParameterTuple"
            values = (("cls", layer.name), ("name", container.name), ("wrapper", wrapper))
            yield Finding(CODE, target.start_byte, target.end_byte, values, _fix(layer, container, symbol))


def _fix(layer: Layer, container: Container, symbol: str) -> Fix | None:
    if not symbol or (container.keyed and not has_string_keys(layer, container)):
        return None
    if layer.framework == "mindspore" and not container.value.named_children:
        return None  # a tuple cannot be appended to
    return Fix(messages.TS106_FIX, rewrapped(layer, container, symbol), "unsafe")


RULE = Rule(
    code=CODE,
    name="parameters-in-container",
    severity="error",
    message=messages.TS106_MESSAGE,
    what=messages.TS106_WHAT,
    why=messages.TS106_WHY,
    example="""import torch
from torch import nn


class Gains(nn.Module):
    def __init__(self):
        super().__init__()
        self.gains = [nn.Parameter(torch.ones(4)) for _ in range(3)]

    def forward(self, x):
        for gain in self.gains:
            x = x * gain
        return x
""",
    instead="""import torch
from torch import nn


class Gains(nn.Module):
    def __init__(self):
        super().__init__()
        self.gains = nn.ParameterList([nn.Parameter(torch.ones(4)) for _ in range(3)])

    def forward(self, x):
        for gain in self.gains:
            x = x * gain
        return x
""",
    fix_safety=messages.TS106_SAFETY,
    check=check,
)
