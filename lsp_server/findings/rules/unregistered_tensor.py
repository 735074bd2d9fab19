"""TS103: a tensor kept as a plain attribute of a ``torch.nn.Module`` and used by ``forward``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import tensors
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, is_plain_tensor, method_of
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

CODE = "TS103"
_ELSEWHERE = "set_default_device", "set_default_tensor_type"


def check(analysis: Analysis) -> Iterator[Finding]:
    if any(word.encode() in analysis.document.data for word in _ELSEWHERE):
        return
    yield from in_layers(analysis, CODE, tensors.MADE, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    if layer.framework == "torch":
        for name, settings in layer.settings.items():
            if len(settings) == 1 and _is_plain(layer, name, settings[0]):
                yield _finding(layer, name, settings[0])


def _is_plain(layer: Layer, name: str, setting: Setting) -> bool:
    analysis, value = layer.analysis, setting.value
    if value is None or setting.registered or setting.path or method_of(setting) != "__init__":
        return False
    if not tensors.may_be_made(analysis.text(value)) or not tensors.may_make(analysis.text(setting.function)):
        return False
    if not (reads := layer.forward_reads(name)):
        return False
    if not tensors.made_here(analysis, value) or "requires_grad" in analysis.text(value):
        return False
    fact = analysis.value(value)
    if not fact.certain or not is_plain_tensor(fact) or _is_set_elsewhere(layer, name) or layer.looks_after(name):
        return False
    return any(tensors.computes(layer, read) for read in reads) and not any(
        tensors.is_moved(layer, read) for read in layer.reads[name]
    )


def _is_set_elsewhere(layer: Layer, name: str) -> bool:
    """Whether other code of the file gives the attribute a value, or moves it: ``head.mask = head.mask.to(…)``."""
    layer.depends_on_file()
    word = re.escape(name.encode())
    pattern = rb"\.%s\s*=(?!=)|(attr|register_buffer)\([^()\n]*[\"']%s[\"']|\.%s\.(to|cuda)\(" % (word, word, word)
    return len(re.findall(pattern, layer.analysis.document.data)) > 1


def _finding(layer: Layer, name: str, setting: Setting) -> Finding:
    target = setting.target
    values = (("cls", layer.name), ("name", name))
    return Finding(CODE, target.start_byte, target.end_byte, values, _fix(layer, name, setting))


def _fix(layer: Layer, name: str, setting: Setting) -> Fix | None:
    node, value = assignment(setting), setting.value
    if node is None or value is None or node.child_by_field_name("type") is not None:
        return None
    if b"__init__(" not in layer.analysis.document.data[setting.function.start_byte + 12 : node.start_byte]:
        return None  # `super().__init__()` comes later, or is not there
    if value.type == "expression_list":
        return None
    edits = (
        Edit(node.start_byte, value.start_byte, f'self.register_buffer("{name}", '),
        Edit(value.end_byte, value.end_byte, ", persistent=False)"),
    )
    return Fix(messages.TS103_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="unregistered-tensor",
    severity="warning",
    message=messages.TS103_MESSAGE,
    what=messages.TS103_WHAT,
    why=messages.TS103_WHY,
    example="""import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.tensor([0.2, 0.3, 0.5])

    def forward(self, x):
        return x * self.weight
""",
    instead="""import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.tensor([0.2, 0.3, 0.5]), persistent=False)

    def forward(self, x):
        return x * self.weight
""",
    fix_safety=messages.TS103_SAFETY,
    check=check,
)
