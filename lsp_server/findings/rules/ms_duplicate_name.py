"""TS157: two Parameters of a Cell with the same name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, is_parameter, statement
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import MINDSPORE, has
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit

CODE = "TS157"
_TOLD = re.compile(rb"name=")
_STRING = re.compile(rb"[\"']")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, MINDSPORE) or not has(analysis, _TOLD):
        return
    yield from in_layers(analysis, CODE, _STRING, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    named: dict[tuple[str, int], tuple[str, Node]] = {}
    for attribute, settings in layer.settings.items() if layer.framework == "mindspore" else ():
        setting = settings[0]
        node = assignment(setting) if len(settings) == 1 and not setting.path else None
        name = _name(analysis, setting.value) if node is not None else None
        if name is None or node is None or setting.value is None:
            continue
        block = statement(node).parent
        key = (name, block.id if block is not None else 0)
        other = named.setdefault(key, (attribute, node))
        if other[0] != attribute:
            values = (("name", name), ("other", other[0]), ("cls", layer.name))
            keyword = shapes.keyword(analysis, setting.value, "name")
            fix = _fix(keyword.parent) if keyword is not None and keyword.parent is not None else None
            yield Finding(CODE, setting.value.start_byte, setting.value.end_byte, values, fix)


def _name(analysis: Analysis, value: Node | None) -> str | None:
    if value is None or value.type != "call":
        return None
    fact = analysis.value(value)
    if not fact.certain or not is_parameter(fact):
        return None
    return shapes.string(analysis, shapes.argument(analysis, value, 1, "name"))


def _fix(keyword: Node) -> Fix | None:
    """Without a name, a Parameter has that of its attribute."""
    before = keyword.prev_named_sibling
    if before is None:
        return None
    return Fix(messages.TS157_FIX, (Edit(before.end_byte, keyword.end_byte, ""),), "unsafe")


RULE = Rule(
    code=CODE,
    name="duplicate-parameter-name",
    severity="warning",
    message=messages.TS157_MESSAGE,
    what=messages.TS157_WHAT,
    why=messages.TS157_WHY,
    example="""import mindspore as ms
from mindspore import nn


class Affine(nn.Cell):
    def __init__(self):
        super().__init__()
        self.gain = ms.Parameter(ms.Tensor([1.0]), name="w")
        self.shift = ms.Parameter(ms.Tensor([2.0]), name="w")

    def construct(self, x):
        return x * self.gain + self.shift
""",
    instead="""import mindspore as ms
from mindspore import nn


class Affine(nn.Cell):
    def __init__(self):
        super().__init__()
        self.gain = ms.Parameter(ms.Tensor([1.0]), name="w")
        self.shift = ms.Parameter(ms.Tensor([2.0]))

    def construct(self, x):
        return x * self.gain + self.shift
""",
    fix_safety=messages.TS157_SAFETY,
    check=check,
)
