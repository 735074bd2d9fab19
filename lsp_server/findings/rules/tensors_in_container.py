"""TS107: tensors in a plain list, tuple or dictionary of a ``torch.nn.Module``: there is no list of buffers."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings import tensors
from lsp_server.findings.containers import HELD, containers
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_plain_tensor, method_of
from lsp_server.findings.model import Finding, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings as messages
from lsp_server.messages.findings import NO_FIX

CODE = "TS107"


def check(analysis: Analysis) -> Iterator[Finding]:
    yield from in_layers(analysis, CODE, HELD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for container in containers(layer) if layer.framework == "torch" else ():
        if method_of(container.setting) != "__init__" or not layer.forward_reads(container.name):
            continue
        made = [item for item in container.items if tensors.made_here(analysis, item)]
        facts = [analysis.value(item) for item in made]
        if not facts or not all(fact.certain and is_plain_tensor(fact) for fact in facts):
            continue
        if any(tensors.is_moved(layer, read) for read in layer.reads[container.name]) or layer.looks_after(
            container.name
        ):
            continue
        if tensors.is_looked_after(layer, container.name):
            continue
        target = container.setting.target
        values = (("cls", layer.name), ("name", container.name))
        yield Finding(CODE, target.start_byte, target.end_byte, values)


RULE = Rule(
    code=CODE,
    name="tensors-in-container",
    severity="warning",
    message=messages.TS107_MESSAGE,
    what=messages.TS107_WHAT,
    why=messages.TS107_WHY,
    example="""import torch
from torch import nn


class Bands(nn.Module):
    def __init__(self):
        super().__init__()
        self.bands = [torch.ones(4), torch.zeros(4)]

    def forward(self, x):
        for band in self.bands:
            x = x + band
        return x
""",
    instead="""import torch
from torch import nn


class Bands(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("bands", torch.stack([torch.ones(4), torch.zeros(4)]), persistent=False)

    def forward(self, x):
        for band in self.bands:
            x = x + band
        return x
""",
    fix_safety=NO_FIX,
    check=check,
)
