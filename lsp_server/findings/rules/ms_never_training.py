"""TS154: a cell with dropout or batch norm is trained and nothing sets it to training."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.file_classes import layer_of
from lsp_server.findings.layers import statement
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.findings.searching import MINDSPORE, captures, has
from lsp_server.findings.writing import indentation, whole_lines
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserInstance
from lsp_server.messages import findings_mindspore as messages
from lsp_server.migrate.edits import Edit
from lsp_server.syntax.patterns import Pattern

CODE = "TS154"
_TOLD = re.compile(rb"grad\s*\(")
_CALLS = Pattern(
    """(call function: [(identifier) @name (attribute attribute: (identifier) @name)]
             (#any-of? @name "value_and_grad" "grad")) @call"""
)
_PARTS = Pattern("(call function: [(identifier) (attribute)] @function) @call")
_MODES = (b"set_train", b".training", b"Model(", b"TrainOneStep")
_LEAVE_ALONE = {"load_param_into_net", "save_checkpoint", "print", "value_and_grad", "grad", "len"}
_DIFFERENT = ("Dropout", "BatchNorm")


def check(analysis: Analysis) -> Iterator[Finding]:
    if not has(analysis, _TOLD) or not has(analysis, MINDSPORE):
        return
    if any(word in analysis.document.data for word in _MODES):
        return
    for call in captures(analysis, _CALLS, "call", _TOLD):
        weights = shapes.argument(analysis, call, 2, "weights")
        if weights is None or shapes.callee(analysis, call) not in ("mindspore.value_and_grad", "mindspore.grad"):
            continue
        net = shapes.receiver(weights) if weights.type == "call" else None
        if net is None or net.type != "identifier" or shapes.method_name(analysis, weights) != "trainable_params":
            continue
        if _is_handed_on(analysis, net):
            continue
        part = _part(analysis, net)
        if part:
            values = (("net", analysis.text(net)), ("layer", part))
            yield Finding(CODE, call.start_byte, call.end_byte, values, _fix(analysis, call, net))


def _is_handed_on(analysis: Analysis, net: Node) -> bool:
    """Whether a function elsewhere is given the network, which may set its mode."""
    name = re.escape(analysis.text(net))
    calls = re.finditer(rf"(\w+)\((?:[^()]*,)?\s*(?:\w+\s*=\s*)?{name}\s*[,)]", analysis.document.text)
    return any(call.group(1) not in _LEAVE_ALONE for call in calls)


def _part(analysis: Analysis, net: Node) -> str:
    """The library layer in the class of the network that does something else in training."""
    fact = analysis.value(net)
    if not fact.certain or not isinstance(fact.value, UserInstance):
        return ""
    home = fact.value.cls.definition
    layer = layer_of(fact.value.cls)
    if layer is None or layer.framework != "mindspore":
        return ""
    for call in _PARTS.captures(home.node, "call"):
        symbol = shapes.callee(home.analysis, call)
        if symbol.startswith(("mindspore.nn.", "mindspore.mint.nn.")) and any(word in symbol for word in _DIFFERENT):
            return symbol.removeprefix("mindspore.")
    return ""


def _fix(analysis: Analysis, call: Node, net: Node) -> Fix | None:
    whole = statement(call)
    if whole_lines(analysis, whole) is None:
        return None
    line = f"{analysis.text(net)}.set_train(){analysis.document.newline}{indentation(analysis, whole)}"
    return Fix(messages.TS154_FIX, (Edit(whole.start_byte, whole.start_byte, line),), "unsafe")


RULE = Rule(
    code=CODE,
    name="never-training",
    severity="warning",
    message=messages.TS154_MESSAGE,
    what=messages.TS154_WHAT,
    why=messages.TS154_WHY,
    example="""import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 4)
        self.drop = nn.Dropout(p=0.5)

    def construct(self, x):
        return self.drop(self.fc(x))


net = Net()
step = ms.value_and_grad(lambda x: net(x).sum(), None, net.trainable_params())
""",
    instead="""import mindspore as ms
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 4)
        self.drop = nn.Dropout(p=0.5)

    def construct(self, x):
        return self.drop(self.fc(x))


net = Net()
net.set_train()
step = ms.value_and_grad(lambda x: net(x).sum(), None, net.trainable_params())
""",
    fix_safety=messages.TS154_SAFETY,
    check=check,
)
