"""TS113: a buffer is updated in ``forward`` with something that carries a gradient: its graph grows at every call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import gradients
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import BUFFERS, has
from lsp_server.findings.updates import updates, without_gradient
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_training as messages
from lsp_server.migrate.edits import Edit
from lsp_server.state.updates import Update

CODE = "TS113"


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, BUFFERS):
        return
    yield from in_layers(analysis, CODE, BUFFERS, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    if layer.framework != "torch":
        return
    for update in updates(layer):
        if not _adds(layer, update):
            continue
        method, value = update.method_node, update.value
        certain = gradients.carries(layer, method, value)
        if certain or gradients.carries(layer, method, value, gradients.inputs(layer, method)):
            values = (("cls", layer.name), ("name", update.name))
            message = None if certain else messages.TS113_INPUT
            yield Finding(CODE, update.node.start_byte, update.node.end_byte, values, _fix(layer, update), message)


def _adds(layer: Layer, update: Update) -> bool:
    """Whether a buffer is updated from its old value: only that keeps more than the last graph alive."""
    value = layer.analysis.text(update.value)
    adds = update.way != "assigned" or re.search(rf"\bself\.{update.name}\b", value) is not None
    if not adds or update.way == "item" or "copy_" in layer.analysis.text(update.node):
        return False
    return not without_gradient(layer, update) and not _is_detached(layer, update)


def _is_detached(layer: Layer, update: Update) -> bool:
    return re.search(rf"self\.{update.name}\.detach|detach_\(", layer.analysis.text(layer.node)) is not None


def _fix(layer: Layer, update: Update) -> Fix | None:
    value = update.value
    if update.way not in ("assigned", "augmented"):
        return None
    simple = value.type in ("identifier", "call", "attribute", "subscript", "parenthesized_expression")
    if simple:
        edits = (Edit(value.end_byte, value.end_byte, ".detach()"),)
    else:
        edits = (Edit(value.start_byte, value.start_byte, "("), Edit(value.end_byte, value.end_byte, ").detach()"))
    return Fix(messages.TS113_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="buffer-keeps-graph",
    severity="error",
    message=messages.TS113_MESSAGE,
    what=messages.TS113_WHAT,
    why=messages.TS113_WHY,
    example="""import torch
from torch import nn


class Centre(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.register_buffer("mean", torch.zeros(2))

    def forward(self, x):
        y = self.fc(x)
        self.mean = 0.9 * self.mean + 0.1 * y.mean(0)
        return y - self.mean
""",
    instead="""import torch
from torch import nn


class Centre(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        self.register_buffer("mean", torch.zeros(2))

    def forward(self, x):
        y = self.fc(x)
        self.mean = (0.9 * self.mean + 0.1 * y.mean(0)).detach()
        return y - self.mean
""",
    fix_safety=messages.TS113_SAFETY,
    check=check,
)
