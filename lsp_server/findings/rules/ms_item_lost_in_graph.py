"""TS152: ``self.buf[:] = v`` in ``construct`` is lost in graph mode."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.rules.ms_buffer_assigned import registered
from lsp_server.findings.searching import BUFFERS, MINDSPORE, has
from lsp_server.findings.updates import changes
from lsp_server.findings.writing import imports
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller
from lsp_server.state.updates import Update

CODE = "TS152"


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, BUFFERS) or not has(analysis, MINDSPORE):
        return
    yield from in_layers(analysis, CODE, BUFFERS, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    names = registered(layer) if layer.framework == "mindspore" else set[str]()
    for update in changes(layer) if names else ():
        if update.name in names and update.way == "item":
            values = (("cls", layer.name), ("name", update.name))
            yield Finding(CODE, update.node.start_byte, update.node.end_byte, values, _fix(layer, update))


def _fix(layer: Layer, update: Update) -> Fix | None:
    """Only where all of the buffer gets a value of its own shape: ``self.buf[:] = self.buf + x``."""
    target = update.node.child_by_field_name("left")
    index = target.child_by_field_name("subscript") if target is not None else None
    whole = index is not None and layer.analysis.text(index) in (":", "...")
    if not whole or f"self.{update.name}" not in layer.analysis.text(update.value):
        return None
    speller = Speller(layer.analysis)
    text = f"{speller.spell('mindspore.ops.assign')}(self.{update.name}, {layer.analysis.text(update.value)})"
    edits = (*imports(speller), Edit(update.node.start_byte, update.node.end_byte, text))
    return Fix(messages.TS150_FIX, edits, "unsafe")


RULE = Rule(
    code=CODE,
    name="item-lost-in-graph",
    severity="information",
    message=messages.TS152_MESSAGE,
    what=messages.TS152_WHAT,
    why=messages.TS152_WHY,
    example="""import mindspore as ms
from mindspore import nn, ops


class Total(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer("total", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        self.total[:] = self.total + x
        return x
""",
    instead="""import mindspore as ms
from mindspore import nn, ops


class Total(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer("total", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        ops.assign(self.total, self.total + x)
        return x
""",
    fix_safety=messages.TS152_SAFETY,
    check=check,
)
