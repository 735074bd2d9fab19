"""Where the methods that run change a registered buffer: by assignment, by an in-place method, by an index."""

from __future__ import annotations

from collections.abc import Iterator

from lsp_server.findings import shapes
from lsp_server.findings.layers import Layer
from lsp_server.inference import decorators
from lsp_server.state import updates as state_updates
from lsp_server.state.updates import Update

_WAYS = ("assigned", "augmented", "in-place", "item")


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
    """The changes of any attribute of ``self``, in any method but ``__init__``."""
    return (one for one in state_updates.updates(layer.cls) if one.way in _WAYS and one.owner == "self")


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
