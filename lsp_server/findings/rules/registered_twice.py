"""TS109: an attribute is set before a buffer, parameter or module of its name is registered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, is_module, is_parameter, statement
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import has
from lsp_server.findings.writing import whole_lines
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.inference.values import Instance
from lsp_server.messages import findings as messages
from lsp_server.migrate.edits import Edit

CODE = "TS109"
_KINDS = ("register_buffer", "register_parameter", "add_module")
_TOLD = re.compile("|".join(_KINDS).encode())


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD):
        return
    yield from in_layers(analysis, CODE, _TOLD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    for name, settings in layer.settings.items():
        for setting in settings:
            earlier = _earlier(layer, settings, setting) if setting.registered in _KINDS else None
            if earlier is None or _is_deleted(layer, name) or layer.looks_after(name):
                continue
            values = (("name", name), ("method", setting.registered))
            start, end = setting.target.start_byte, setting.target.end_byte
            yield Finding(CODE, start, end, values, _fix(analysis, name, earlier, setting))
            break


def _earlier(layer: Layer, settings: list[Setting], registration: Setting) -> Setting | None:
    """The assignment before it in the same block, or a block around it, that leaves an attribute behind."""
    first = min(one.target.start_byte for one in settings if one.registered)
    for setting in settings:
        node = assignment(setting) if not setting.registered else None
        if node is None or setting.function != registration.function or setting.value is None:
            continue
        if node.start_byte > first:
            continue  # what is registered already may be assigned and registered again
        block = statement(node).parent
        inside = block is not None and block.start_byte <= registration.target.start_byte < block.end_byte
        if (
            inside
            and node.end_byte <= registration.target.start_byte
            and _leaves(layer.analysis, setting, registration)
        ):
            return setting
    return None


def _leaves(analysis: Analysis, setting: Setting, registration: Setting) -> bool:
    """Whether the attribute that is set is of another kind than what is registered: the same kind may be replaced."""
    fact = analysis.value(setting.value) if setting.value is not None else None
    if fact is None or not fact.certain:
        return False
    if isinstance(fact.value, Instance) and fact.value.cls.endswith(".Buffer"):
        return registration.registered != "register_buffer"
    if is_parameter(fact):
        return registration.registered != "register_parameter"
    if is_module(analysis, fact.value):
        return registration.registered != "add_module"
    return True


def _is_deleted(layer: Layer, name: str) -> bool:
    text = layer.analysis.text(layer.node)
    return re.search(rf"\bdel\s+self\.{name}\b|delattr\(\s*self\b|__dict__", text) is not None


def _fix(analysis: Analysis, name: str, earlier: Setting, registration: Setting) -> Fix | None:
    """Register at once what was assigned, or drop an assignment that nothing reads before the registration."""
    node, call = assignment(earlier), shapes.enclosing(registration.target, "call")
    value, given = earlier.value, registration.value
    if node is None or call is None or value is None or given is None or registration.registered != "register_buffer":
        return None
    lines, late = whole_lines(analysis, node), whole_lines(analysis, statement(call))
    if lines is None or late is None:
        return None
    read = re.findall(rf"\bself\.{name}\b", analysis.document.slice(node.end_byte, late[1]))
    if not read:
        return Fix(messages.TS109_FIX_DROP, (Edit(*lines, ""),), "safe")
    if len(read) > 1 or analysis.text(given) != f"self.{name}":
        return None
    before = analysis.document.slice(call.start_byte, given.start_byte)
    after = analysis.document.slice(given.end_byte, call.end_byte)
    edits = (Edit(node.start_byte, node.end_byte, before + analysis.text(value) + after), Edit(*late, ""))
    return Fix(messages.TS109_FIX, edits, "safe")


RULE = Rule(
    code=CODE,
    name="registered-twice",
    severity="error",
    message=messages.TS109_MESSAGE,
    what=messages.TS109_WHAT,
    why=messages.TS109_WHY,
    example="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = torch.ones(3)
        self.register_buffer("mask", self.mask)

    def forward(self, x):
        return x * self.mask
""",
    instead="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3))

    def forward(self, x):
        return x * self.mask
""",
    fix_safety=messages.TS109_SAFETY,
    check=check,
)
