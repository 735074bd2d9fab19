"""TS158: ``construct`` keeps a result in a plain tensor attribute of a Cell: it is in no checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, assignment, is_plain_tensor, method_of
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import MINDSPORE, has
from lsp_server.findings.updates import changes
from lsp_server.findings.writing import imports
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.classes import Setting
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller

CODE = "TS158"
_TOLD = re.compile(rb"\bself\b")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, MINDSPORE):
        return
    yield from in_layers(analysis, CODE, _TOLD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    analysis = layer.analysis
    if layer.framework != "mindspore":
        return
    seen: set[str] = set()
    for update in changes(layer):
        first = _born(layer, update.name)
        value = analysis.text(update.value)
        adds = update.way == "augmented" or re.search(rf"\bself\.{update.name}\b", value) is not None
        if first is None or update.way not in ("assigned", "augmented") or not adds or update.name in seen:
            continue
        if layer.looks_after(update.name):
            continue
        seen.add(update.name)
        values = (("cls", layer.name), ("name", update.name))
        yield Finding(CODE, update.node.start_byte, update.node.end_byte, values, _fix(layer, first))


def _born(layer: Layer, name: str) -> Setting | None:
    """Where ``__init__`` gives the attribute a tensor, and nothing registers it."""
    settings = layer.settings.get(name, [])
    first = next((one for one in settings if method_of(one) == "__init__"), None)
    if first is None or first.value is None or first.path or any(one.registered for one in settings):
        return None
    fact = layer.analysis.value(first.value)
    return first if fact.certain and is_plain_tensor(fact) else None


def _fix(layer: Layer, first: Setting) -> Fix | None:
    value = first.value
    if value is None or assignment(first) is None or value.type != "call":
        return None
    speller = Speller(layer.analysis)
    name = speller.spell("mindspore.Parameter")
    edits = (
        *imports(speller),
        Edit(value.start_byte, value.start_byte, f"{name}("),
        Edit(value.end_byte, value.end_byte, ", requires_grad=False)"),
    )
    return Fix(messages.TS158_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="state-not-saved",
    severity="information",
    message=messages.TS158_MESSAGE,
    what=messages.TS158_WHAT,
    why=messages.TS158_WHY,
    example="""import mindspore as ms
from mindspore import nn


class Total(nn.Cell):
    def __init__(self):
        super().__init__()
        self.total = ms.Tensor([0.0, 0.0])

    def construct(self, x):
        self.total = self.total + x
        return x
""",
    instead="""import mindspore as ms
from mindspore import nn


class Total(nn.Cell):
    def __init__(self):
        super().__init__()
        self.total = ms.Parameter(ms.Tensor([0.0, 0.0]), requires_grad=False)

    def construct(self, x):
        self.total = self.total + x
        return x
""",
    fix_safety=messages.TS158_SAFETY,
    check=check,
)
