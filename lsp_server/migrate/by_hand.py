"""What no conversion touches, with its reason: patches of the framework, code in strings, operators of extensions."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import Framework
from lsp_server.inference import sites
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.carriers import can_be_symbol
from lsp_server.inference.values import Module, SymbolRef
from lsp_server.messages import Message
from lsp_server.messages import migration as messages
from lsp_server.migrate import backend_flags
from lsp_server.migrate.plan import Reason

_LOADED = "torch.ops.load_library"
_CALLED = ("setattr", "delattr", "exec", "eval")
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
    said = {assignment.id for assignment, _ in backend_flags.flags(analysis)} if source == "torch" else set[int]()
    for whole, target in _writes(analysis):
        if whole.id in said:
            continue
        held = target.child_by_field_name("object")
        if held is not None and can_be_symbol(analysis, held) and _is_of(analysis, held, source):
            yield _place(whole, analysis.text(target), messages.PATCHED)
    for function in _CALLED:
        for call in analysis.document.calls(function):
            yield from _called(analysis, call, function, source)
    if source == "torch":
        yield from _operators(analysis)


def _writes(analysis: Analysis) -> Iterator[tuple[Node, Node]]:
    """Statements that assign to an attribute, and the attribute."""
    for node in sites.of_file(analysis, "write"):
        statement: Node | None = node
        while statement is not None and statement.type in ("assignment", "augmented_assignment"):
            left = statement.child_by_field_name("left")
            if left is not None and left.type == "attribute":
                yield statement, left
            statement = statement.child_by_field_name("right")


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


def _operators(analysis: Analysis) -> Iterator[Place]:
    """Operators of extensions, but for those that have rules. Where a file names only such ones, what it loads is their
    library, of which nothing is needed."""
    chains: dict[str, list[Node]] = {}
    for node, _ in analysis.document.attributes("ops"):
        held = node.child_by_field_name("object")
        value = analysis.value(held).value if held is not None else None
        if held is not None and isinstance(value, Module) and value.name == "torch":
            chain = _whole_chain(node)
            chains.setdefault("torch" + analysis.text(chain)[len(analysis.text(held)) :], []).append(chain)
    known = {name for name in chains if name != _LOADED and analysis.catalog.rule(name) is not None}
    if known and not chains.keys() - known - {_LOADED}:
        return
    for name in chains.keys() - known:
        for chain in chains[name]:
            yield _place(chain, "torch.ops", messages.AREA_EXTENSIONS)


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
