"""What a call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FORWARD, LAYERS, TENSORS
from lsp_server.inference import binding, builtin_calls, classes, functions, library, lineage, methods, stdlib, types
from lsp_server.inference.facts import known
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Fact,
    Instance,
    Method,
    Partial,
    Record,
    Returns,
    Sequence,
    SymbolRef,
    Union,
    UserClass,
    UserFunction,
    UserInstance,
    Value,
    join,
)

if TYPE_CHECKING:
    from lsp_server.catalog.model import Symbol
    from lsp_server.inference.analysis import Analysis

_FUNCTION = "torch.autograd.Function"


def evaluate(analysis: Analysis, node: Node) -> Fact:
    """The fact of a call expression."""
    function = node.child_by_field_name("function")
    return give(analysis, analysis.fact(function), node) if function is not None else NOTHING


def give(analysis: Analysis, callee: Fact, node: Node | None) -> Fact:
    """What calling a value gives; ``node`` is the call, None where none is written: ``map(f, xs)``."""
    value = callee.value
    if isinstance(value, Union):
        return join([give(analysis, Fact(one, callee.certain), node) for one in value.alternatives])
    if isinstance(value, SymbolRef):
        return _symbol(analysis, value.name, node, callee.certain)
    if isinstance(value, Bound):
        return _member(analysis, value, node, callee)
    if isinstance(value, UserClass):
        return Fact(UserInstance(value, analysis.source(node) if node is not None else None), callee.certain)
    if isinstance(value, (Instance, UserInstance)):
        return called(analysis, callee, node)
    if isinstance(value, UserFunction):
        found = functions.called(analysis, value, node)
    elif isinstance(value, Method):
        found = methods.call(analysis, Fact(value.receiver), value.name, node)
    elif isinstance(value, Returns):
        found = known(value.value, certain=True)
    elif isinstance(value, Partial):
        found = _partial(analysis, value)
    elif isinstance(value, Record):
        found = stdlib.made(analysis, value, node)
    else:
        return NOTHING
    return found if callee.certain else found.likely()


def _partial(analysis: Analysis, value: Partial) -> Fact:
    """A call of a ``partial`` gives what the function gives."""
    return give(analysis, Fact(value.function), None)


def _member(analysis: Analysis, value: Bound, node: Node | None, callee: Fact) -> Fact:
    special = library.method(analysis, value, node)
    if special is not None:
        return special if callee.certain else special.likely()
    symbol = analysis.catalog.symbol(value.name)
    if symbol is not None and symbol.kind == "method":
        return _typed(symbol, analysis, callee.certain, value.receiver, node)
    return called(analysis, analysis.read(callee), node)


def called(analysis: Analysis, fact: Fact, node: Node | None) -> Fact:
    """An object that is called: a module or cell runs its ``forward`` or ``construct``."""
    value = fact.value
    if isinstance(value, Union):
        return join([called(analysis, Fact(one, fact.certain), node) for one in value.alternatives])
    if isinstance(value, UserInstance):
        for name in ("__call__", *FORWARD.values()):
            method = classes.attribute(value, name)
            if method is not None and isinstance(method.value, UserFunction):
                found = functions.called(analysis, method.value, node)
                if found == NOTHING:
                    return _some_layer_output(analysis, value)
                return found if fact.certain and method.certain else found.likely()
        for base in classes.framework_classes(analysis, value):
            return _layer_output(analysis, base, fact.certain)
    if isinstance(value, Instance):
        if isinstance(value.content, Returns):
            return known(value.content.value, fact.certain)
        if isinstance(value.content, Sequence) and value.content.items and library.runs_in_order(value.cls):
            found = give(analysis, Fact(value.content.items[-1], fact.certain), None)
            if found is not NOTHING:
                return found
        return _layer_output(analysis, value.cls, fact.certain)
    return NOTHING


def _some_layer_output(analysis: Analysis, value: Value) -> Fact:
    """A layer of the user that gives nobody knows what most likely gives a tensor."""
    root = lineage.layer_root(analysis, value)
    framework = framework_of(root) if root is not None else None
    return Fact(Instance(TENSORS[framework]), certain=False) if framework is not None else NOTHING


def _layer_output(analysis: Analysis, cls: str, certain: bool) -> Fact:
    """A library layer gives what its ``forward`` is documented to give, and most likely a tensor otherwise."""
    framework = framework_of(cls)
    if framework is None:
        return NOTHING
    root, method = LAYERS[framework], FORWARD[framework]
    if not analysis.catalog.is_subclass(cls, root):
        return _called_object(analysis, cls, certain)
    member = analysis.catalog.member(cls, method)
    if member is not None and member.symbol is not None and member.name != f"{root}.{method}":
        found = types.parse(result_type(member.symbol), analysis.catalog)
        if found != UNKNOWN:
            return Fact(found, certain)
    return Fact(Instance(TENSORS[framework]), certain=False)


def _called_object(analysis: Analysis, cls: str, certain: bool) -> Fact:
    """An object of another class that can be called: a MindSpore primitive, a transform."""
    member = analysis.catalog.member(cls, "__call__")
    if member is not None and member.symbol is not None:
        return known(types.parse(result_type(member.symbol), analysis.catalog), certain)
    return library.called(analysis, cls)


def result_type(symbol: Symbol) -> str:
    return symbol.returns or next((signature.returns for signature in symbol.signatures if signature.returns), "")


def _symbol(analysis: Analysis, name: str, node: Node | None, certain: bool) -> Fact:
    if framework_of(name) is None:
        builtin = name.removeprefix("builtins.")
        found = builtin_calls.call(analysis, builtin, node) if builtin != name else stdlib.call(analysis, name, node)
        return found if certain else found.likely()
    symbol = analysis.catalog.symbol(name)
    if symbol is None:
        return NOTHING
    special = library.call(analysis, symbol, node)
    if special is not None:
        return special if certain else special.likely()
    indices = library.with_indices(analysis, node, symbol) if node is not None else None
    if symbol.kind in ("class", "exception"):
        content = Returns(indices.value) if indices is not None else UNKNOWN
        return Fact(Instance(name, analysis.source(node) if node is not None else None, content), certain)
    if indices is not None:
        return indices if certain else indices.likely()
    if symbol.kind == "method":
        receiver = first_argument(node) if node is not None else None
        return _typed(symbol, analysis, certain, analysis.value(receiver).value if receiver is not None else UNKNOWN)
    return _typed(symbol, analysis, certain, UNKNOWN, node)


def _typed(symbol: Symbol, analysis: Analysis, certain: bool, receiver: Value, call: Node | None = None) -> Fact:
    """The documented result; where overloads give different things (``x.max()``, ``x.max(1)``), that of the overload
    that takes the arguments."""
    text = symbol.returns
    if not text:
        results = {signature.returns for signature in symbol.signatures}
        if len(results) == 1:
            text = results.pop()
        elif call is not None:
            bound = binding.bind(analysis, call, symbol)
            text = bound.signature.returns if bound is not None else ""
    return known(types.parse(text, analysis.catalog, receiver), certain)


def first_argument(node: Node) -> Node | None:
    return next((child for child in binding.argument_nodes(node) if child.type != "keyword_argument"), None)
