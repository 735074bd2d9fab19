"""Fields of data classes whose defaults are described: ``field(default_factory=nn.ReLU)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, functions
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.values import UNKNOWN, Fact, Instance, SymbolRef, UserClass, UserFunction, UserInstance

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_DESCRIBE = ("field", "Field", "attrib", "ib")


def default(analysis: Analysis, statement: Node) -> Fact | None:
    """What a field holds if nobody says otherwise; None if the statement describes none, or its annotation says it."""
    call, annotation = statement.child_by_field_name("right"), statement.child_by_field_name("type")
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    if call is None or function is None or analysis.text(function).rpartition(".")[2] not in _DESCRIBE:
        return None
    if annotation is not None and annotations.fact(analysis, annotation).value != UNKNOWN:
        return None
    for node in argument_nodes(call):
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if node.type != "keyword_argument" or name is None or value is None:
            continue
        if analysis.text(name) == "default":
            return analysis.value(value).likely()
        if analysis.text(name) in ("default_factory", "factory"):
            return _made(analysis, value)
    return None


def _made(analysis: Analysis, factory: Node) -> Fact | None:
    value = analysis.value(factory).value
    if isinstance(value, UserClass):
        return Fact(UserInstance(value), certain=False)
    if isinstance(value, UserFunction):
        return functions.returned(value).likely()
    symbol = analysis.catalog.symbol(value.name) if isinstance(value, SymbolRef) else None
    return Fact(Instance(symbol.name), certain=False) if symbol is not None and symbol.kind == "class" else None
