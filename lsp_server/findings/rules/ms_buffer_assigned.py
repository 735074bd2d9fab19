"""TS150: a tensor assigned to a registered buffer of a ``mindspore.nn.Cell`` raises."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_plain_tensor
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import BUFFERS, has
from lsp_server.findings.updates import methods_changes
from lsp_server.findings.writing import imports
from lsp_server.inference.analysis import Analysis
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.migrate.spelling import Speller
from lsp_server.state.updates import Update

CODE = "TS150"


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, BUFFERS):
        return
    yield from in_layers(analysis, CODE, BUFFERS, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    if layer.framework != "mindspore":
        return
    names = registered(layer)
    for update in methods_changes(layer) if names else ():
        if update.name in names and update.way in ("assigned", "augmented") and _is_tensor(layer, update):
            values = (("cls", layer.name), ("name", update.name))
            fix = Fix(messages.TS150_FIX, assigned(layer, update), "safe")
            yield Finding(CODE, update.node.start_byte, update.node.end_byte, values, fix)


def registered(layer: Layer) -> set[str]:
    """The attributes that are registered as buffers."""
    return {name for name, found in layer.settings.items() if any(one.registered == "register_buffer" for one in found)}


def _is_tensor(layer: Layer, update: Update) -> bool:
    adds = update.value.type == "binary_operator" and f"self.{update.name}" in layer.analysis.text(update.value)
    if update.way == "augmented" or adds:
        return True
    return is_plain_tensor(layer.analysis.value(update.value))


def assigned(layer: Layer, update: Update) -> tuple[Edit, ...]:
    """``ops.assign(self.name, value)`` in place of an assignment."""
    value, analysis = update.value, layer.analysis
    text = analysis.text(value)
    if update.way == "augmented":
        text = f"self.{update.name} {_operator(analysis, update.node)} {_bracketed(analysis, value)}"
    speller = Speller(analysis)
    whole = f"{speller.spell('mindspore.ops.assign')}(self.{update.name}, {text})"
    return (*imports(speller), Edit(update.node.start_byte, update.node.end_byte, whole))


def _operator(analysis: Analysis, node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return analysis.text(operator).removesuffix("=") if operator is not None else "+"


def _bracketed(analysis: Analysis, value: Node) -> str:
    text = analysis.text(value)
    simple = value.type in ("identifier", "call", "attribute", "integer", "float", "subscript")
    return text if simple else f"({text})"


RULE = Rule(
    code=CODE,
    name="buffer-assigned",
    severity="error",
    message=messages.TS150_MESSAGE,
    what=messages.TS150_WHAT,
    why=messages.TS150_WHY,
    example="""import mindspore as ms
from mindspore import nn, ops


class Mean(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        self.mean = 0.9 * self.mean + 0.1 * x
        return x
""",
    instead="""import mindspore as ms
from mindspore import nn, ops


class Mean(nn.Cell):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", ms.Tensor([0.0, 0.0]))

    def construct(self, x):
        ops.assign(self.mean, 0.9 * self.mean + 0.1 * x)
        return x
""",
    fix_safety=messages.TS150_SAFETY,
    check=check,
)
