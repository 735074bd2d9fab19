"""Where the methods that run change a registered buffer: by assignment, by an in-place method, by an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec
from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.layers import Layer
from lsp_server.inference import classes, decorators
from lsp_server.syntax.patterns import Pattern

Way = Literal["assigned", "augmented", "in-place", "item"]
_UPDATES = Pattern(
    """
    (assignment left: (attribute object: (identifier) @self attribute: (identifier) @assigned)
                right: (_) @value (#eq? @self "self")) @whole
    (assignment left: (subscript value: (attribute object: (identifier) @self attribute: (identifier) @item))
                right: (_) @value (#eq? @self "self")) @whole
    (augmented_assignment left: (attribute object: (identifier) @self attribute: (identifier) @augmented)
                          right: (_) @value (#eq? @self "self")) @whole
    (call function: (attribute object: (attribute object: (identifier) @self attribute: (identifier) @in-place)
                               attribute: (identifier) @method)
          arguments: (argument_list) @value (#match? @method "[a-z]_$") (#eq? @self "self")) @whole
    """
)
_WAYS: tuple[Way, ...] = ("assigned", "augmented", "in-place", "item")


class Update(msgspec.Struct, frozen=True):
    """One change. ``node`` is the assignment or the call, ``value`` what goes into it."""

    name: str
    way: Way
    node: Node
    value: Node
    method: str
    method_node: Node


def updates(layer: Layer, registered: str = "register_buffer") -> Iterator[Update]:
    """The changes of registered buffers, in the order of the methods."""
    names = {
        name
        for name, settings in layer.settings.items()
        if any(setting.registered == registered for setting in settings)
    }
    if names:
        for update in changes(layer):
            if update.name in names:
                yield update


def changes(layer: Layer) -> Iterator[Update]:
    """The changes of any attribute, in methods that run when the layer is called."""
    running = layer.running()
    return (update for update in methods_changes(layer) if update.method in running)


def methods_changes(layer: Layer) -> Iterator[Update]:
    """The changes of any attribute, in any method but ``__init__``."""
    for method, binding in classes.table(layer.cls).methods.items():
        if method == "__init__":
            continue
        node = binding.node
        for captures in _UPDATES.matches(node):
            way: Way = next(way for way in _WAYS if way in captures)
            name = layer.analysis.text(captures[way][0])
            yield Update(name, way, captures["whole"][0], captures["value"][0], method, node)


def without_gradient(layer: Layer, update: Update) -> bool:
    """Whether an update stands below ``with torch.no_grad():``, or in a method that is decorated so."""
    marks = decorators.marks(layer.analysis, update.method_node)
    if any(mark.endswith(("no_grad", "inference_mode")) for mark in marks):
        return True
    node = shapes.enclosing(update.node, "with_statement", "function_definition")
    while node is not None and node.type == "with_statement":
        head = layer.analysis.text(node).partition(":\n")[0]
        if "no_grad" in head or "inference_mode" in head or "set_grad_enabled" in head:
            return True
        node = shapes.enclosing(node, "with_statement", "function_definition")
    return False
