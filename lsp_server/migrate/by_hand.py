"""What no conversion touches, with its reason: patches of the framework, code in strings, operators of extensions."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import Module, SymbolRef
from lsp_server.messages import Message
from lsp_server.messages import migration as messages
from lsp_server.migrate.plan import Reason
from lsp_server.syntax.patterns import Pattern

_PLACES = Pattern(
    """
    (assignment left: (attribute) @target) @patch
    (augmented_assignment left: (attribute) @target) @patch
    (call function: (identifier) @function (#any-of? @function "setattr" "delattr" "exec" "eval")) @call
    (attribute attribute: (identifier) @name (#eq? @name "ops")) @operators
    """
)
_AREAS: tuple[tuple[str, Message], ...] = (
    ("torch.fx.", messages.AREA_FX),
    ("torch.ao.", messages.AREA_QUANTIZATION),
    ("torch.quantization.", messages.AREA_QUANTIZATION),
    ("torch.utils.cpp_extension.", messages.AREA_EXTENSIONS),
    ("torch.library.", messages.AREA_EXTENSIONS),
    ("torch.utils.tensorboard.", messages.AREA_TENSORBOARD),
    ("torch.autograd.Function.", messages.AREA_FUNCTION),
    ("torch.autograd.function.", messages.AREA_FUNCTION),
)


class Place(msgspec.Struct, frozen=True):
    """A piece of source in which nothing is converted."""

    start: int
    end: int
    symbol: str
    reason: Reason


def area(symbol: str) -> Message:
    """Why there is no rule for a symbol."""
    return next((message for prefix, message in _AREAS if symbol.startswith(prefix)), messages.NO_RULE)


def places(analysis: Analysis, source: Framework) -> Iterator[Place]:
    """The places of a file, in no order."""
    for captures in _PLACES.matches(analysis.document.root):
        if "patch" in captures:
            whole, target = captures["patch"][0], captures["target"][0]
            held = target.child_by_field_name("object")
            if held is not None and _is_of(analysis, held, source):
                yield _place(whole, analysis.text(target), messages.PATCHED)
        elif "call" in captures:
            yield from _called(analysis, captures["call"][0], analysis.text(captures["function"][0]), source)
        elif source == "torch":
            node = captures["operators"][0]
            held = node.child_by_field_name("object")
            value = analysis.value(held).value if held is not None else None
            if isinstance(value, Module) and value.name == "torch":
                yield _place(_whole_chain(node), "torch.ops", messages.AREA_EXTENSIONS)


def _called(analysis: Analysis, call: Node, function: str, source: Framework) -> Iterator[Place]:
    given = argument_nodes(call)
    if not given:
        return
    if function in ("setattr", "delattr"):
        if _is_of(analysis, given[0], source):
            yield _place(call, function, messages.PATCHED)
        return
    text = analysis.text(given[0])
    literal = given[0].type in ("string", "concatenated_string") and "{" not in text
    if source in text or (function == "exec" and not literal and source.encode() in analysis.document.data):
        yield _place(call, function, messages.CODE_IN_STRING)


def _is_of(analysis: Analysis, node: Node, source: Framework) -> bool:
    """Whether an expression is a module or a class of the framework, and not of the user."""
    value = analysis.value(node).value
    if not isinstance(value, (Module, SymbolRef)) or framework_of(value.name) != source:
        return False
    symbol = analysis.catalog.symbol(value.name)
    return symbol is not None and symbol.kind in ("module", "class")


def _whole_chain(node: Node) -> Node:
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
    return node


def _place(node: Node, symbol: str, message: Message) -> Place:
    return Place(node.start_byte, node.end_byte, symbol, Reason("TS317", message, (("symbol", symbol),)))
