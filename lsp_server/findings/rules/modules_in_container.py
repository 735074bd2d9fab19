"""TS105: modules or cells in a plain list, tuple or dictionary of another one."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings.containers import HELD, Container, containers, has_string_keys, rewrapped
from lsp_server.findings.file_classes import in_layers
from lsp_server.findings.layers import Layer, is_module
from lsp_server.findings.model import Finding, Fix, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Instance, UserInstance
from lsp_server.messages import findings as messages
from lsp_server.state.evaluator import state_of

CODE = "TS105"
_WRAPPERS = {
    ("torch", False): "torch.nn.ModuleList",
    ("torch", True): "torch.nn.ModuleDict",
    ("mindspore", False): "mindspore.nn.CellList",
    ("mindspore", True): "mindspore.nn.CellDict",
}


def check(analysis: Analysis) -> Iterator[Finding]:
    yield from in_layers(analysis, CODE, HELD, _in_layer)


def _in_layer(layer: Layer) -> Iterator[Finding]:
    for container in containers(layer):
        if _is_hidden(layer, container) or layer.looks_after(container.name):
            continue
        if any(_has_state(layer, item) for item in container.items):
            symbol = _WRAPPERS[layer.framework, container.keyed]
            target = container.setting.target
            values = (("cls", layer.name), ("name", container.name), ("wrapper", symbol.rpartition(".")[2]))
            yield Finding(CODE, target.start_byte, target.end_byte, values, _fix(layer, container, symbol))


def _is_hidden(layer: Layer, container: Container) -> bool:
    """``self._teacher = [build()]`` and nothing but ``self._teacher[0]``: people hide a module so, on purpose."""
    if container.value.type not in ("list", "tuple") or len(container.items) != 1:
        return False
    reads = layer.reads.get(container.name, [])
    return bool(reads) and all(
        read.node.parent is not None and layer.analysis.text(read.node.parent) == f"self.{container.name}[0]"
        for read in reads
    )


def _has_state(layer: Layer, item: Node) -> bool:
    """Whether an item is a module made on the spot that has parameters or buffers, or drops values in training."""
    if item.type != "call":
        return False
    analysis = layer.analysis
    fact = analysis.value(item)
    value = fact.value
    if not fact.certain or not isinstance(value, (Instance, UserInstance)) or not is_module(analysis, value):
        return False
    if isinstance(value, Instance) and ".Dropout" in value.cls:
        return True
    layer.depends_on_file()
    state = state_of(analysis, value)
    return state is not None and bool(state.entries)


def _fix(layer: Layer, container: Container, symbol: str) -> Fix | None:
    if container.keyed and not has_string_keys(layer, container):
        return None
    return Fix(messages.TS105_FIX, rewrapped(layer, container, symbol), "unsafe")


RULE = Rule(
    code=CODE,
    name="modules-in-container",
    severity="error",
    message=messages.TS105_MESSAGE,
    what=messages.TS105_WHAT,
    why=messages.TS105_WHY,
    example="""from torch import nn


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4) for _ in range(3)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    instead="""from torch import nn


class Stack(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
""",
    fix_safety=messages.TS105_SAFETY,
    check=check,
)
