"""Layers that hold layers: sequences, lists, dictionaries."""

from __future__ import annotations

import re

from tree_sitter import Node

from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.lineage import framework_classes
from lsp_server.inference.uses import Use
from lsp_server.inference.values import Dictionary, Instance, SymbolRef, UserInstance, Value
from lsp_server.messages import migration as messages
from lsp_server.migrate import calls, templates
from lsp_server.migrate.context import Context
from lsp_server.migrate.plan import CannotConvert, Change

RUNNING = ("torch.nn.Sequential",)
"""Layers that run what they hold. MindSpore's sequence runs only what it was made with, or what was appended."""
_ASSIGNING = re.compile(
    rb"\bself\.(?:add_module|register_module)\(|(?<![\w.])self\.\w+(?:\s*:[^=\n]*)?\s*=(?!=)|setattr\(self"
)
_CONTAINERS = {"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"}


def _value(context: Context, node: Node) -> Value:
    return context.use.analysis.value(node).value


def list_unpacked(context: Context) -> tuple[Change, ...]:
    """``SequentialCell([a, b])`` and ``SequentialCell(layers)`` take a list, ``Sequential(a, b)`` and
    ``Sequential(*layers)`` take what is in it. Something of which nothing is known is a list if it is alone."""
    changes = calls.plan(context)
    nodes = argument_nodes(context.call)
    if len(nodes) != 1 or nodes[0].type in ("list_splat", "dictionary", "keyword_argument"):
        return changes
    node = nodes[0]
    if node.type == "list":
        return (*changes, Change(node.start_byte, node.start_byte + 1), Change(node.end_byte - 1, node.end_byte))
    called = node.child_by_field_name("function") if node.type == "call" else None
    named = called is not None and context.use.analysis.text(called).rpartition(".")[2] == "OrderedDict"
    if named or isinstance(_value(context, node), (Dictionary, Instance, UserInstance, SymbolRef)):
        return changes
    return (*changes, Change(node.start_byte, node.start_byte, ("*",)))


def is_assigned_to(use: Use) -> bool:
    """Whether a class has a sequence as its base and gives it children by assigning attributes, or by their names."""
    arguments = use.node.parent
    holder = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
    if holder is None or holder.type != "class_definition":
        return False
    return _ASSIGNING.search(holder.text or b"") is not None


def child_of_plain_layer(context: Context) -> tuple[Change, ...]:
    """A child of something that is no sequence for certain; sequences must be told to run it."""
    receiver = context.use.receiver
    classes = framework_classes(context.use.analysis, receiver) if receiver is not None else []
    if not classes or "torch.nn.Sequential" in classes:
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return templates.plan(context)


def dict_of_layers(context: Context) -> tuple[Change, ...]:
    """A dictionary that is empty and stays alone, or is written out with layers that hold no others in order."""
    nodes = argument_nodes(context.call)
    values = [pair.child_by_field_name("value") for pair in nodes[0].named_children] if len(nodes) == 1 else []
    if len(nodes) != 1 or nodes[0].type != "dictionary" or any(not _is_plain(context, one) for one in values):
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return calls.plan(context)


def _is_plain(context: Context, node: Node | None) -> bool:
    value = _value(context, node) if node is not None else None
    if not isinstance(value, (Instance, UserInstance)):
        return False
    classes = framework_classes(context.use.analysis, value)
    return bool(classes) and not _CONTAINERS.intersection(classes)
