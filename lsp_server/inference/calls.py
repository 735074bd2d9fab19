"""What a call gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FORWARD, LAYERS, TENSORS
from lsp_server.inference import binding, classes, containers, functions, members, types
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Fact,
    Instance,
    Repeated,
    Sequence,
    Super,
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

_PASS_THROUGH = {"list", "tuple", "sorted", "reversed", "iter"}


def evaluate(analysis: Analysis, node: Node) -> Fact:
    """The fact of a call expression."""
    function = node.child_by_field_name("function")
    if function is None:
        return NOTHING
    return _given(analysis, analysis.fact(function), node)


def _given(analysis: Analysis, callee: Fact, node: Node) -> Fact:
    value = callee.value
    if isinstance(value, Union):
        return join([_given(analysis, Fact(one, callee.certain), node) for one in value.alternatives])
    if isinstance(value, SymbolRef):
        if value.name.startswith("builtins."):
            return _builtin(analysis, value.name.removeprefix("builtins."), node)
        return _symbol(analysis, value.name, node, callee.certain)
    if isinstance(value, Bound):
        symbol = analysis.catalog.symbol(value.name)
        if symbol is not None and symbol.kind == "method":
            return _typed(symbol, analysis, callee.certain, value.receiver, node)
        return called(analysis, analysis.read(callee), node)
    if isinstance(value, UserClass):
        return Fact(UserInstance(value, analysis.source(node)), callee.certain)
    if isinstance(value, UserFunction):
        found = functions.called(analysis, value, node)
        return found if callee.certain else found.likely()
    if isinstance(value, (Instance, UserInstance)):
        return called(analysis, callee, node)
    return NOTHING


def called(analysis: Analysis, fact: Fact, node: Node) -> Fact:
    """An object that is called: a module or cell runs its ``forward`` or ``construct``."""
    value = fact.value
    if isinstance(value, Union):
        return join([called(analysis, Fact(one, fact.certain), node) for one in value.alternatives])
    if isinstance(value, UserInstance):
        for name in ("__call__", *FORWARD.values()):
            method = classes.attribute(value, name)
            if method is not None and isinstance(method.value, UserFunction):
                found = functions.called(analysis, method.value, node)
                return found if fact.certain and method.certain else found.likely()
        for base in classes.framework_classes(analysis, value):
            return _layer_output(analysis, base, fact.certain)
    if isinstance(value, Instance):
        return _layer_output(analysis, value.cls, fact.certain)
    return NOTHING


def _layer_output(analysis: Analysis, cls: str, certain: bool) -> Fact:
    """A library layer gives what its ``forward`` is documented to give, and most likely a tensor otherwise."""
    framework = framework_of(cls)
    if framework is None:
        return NOTHING
    root, method = LAYERS[framework], FORWARD[framework]
    if not analysis.catalog.is_subclass(cls, root):
        return NOTHING
    member = analysis.catalog.member(cls, method)
    if member is not None and member.symbol is not None and member.name != f"{root}.{method}":
        found = types.parse(result_type(member.symbol), analysis.catalog)
        if found != UNKNOWN:
            return Fact(found, certain)
    return Fact(Instance(TENSORS[framework]), certain=False)


def result_type(symbol: Symbol) -> str:
    return symbol.returns or next((signature.returns for signature in symbol.signatures if signature.returns), "")


def _symbol(analysis: Analysis, name: str, node: Node, certain: bool) -> Fact:
    symbol = analysis.catalog.symbol(name)
    if symbol is None:
        return NOTHING
    if symbol.kind in ("class", "exception"):
        return Fact(Instance(name, analysis.source(node)), certain)
    if symbol.kind == "method":
        receiver = first_argument(node)
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
    found = types.parse(text, analysis.catalog, receiver)
    return Fact(found, certain) if found != UNKNOWN else NOTHING


def first_argument(node: Node) -> Node | None:
    arguments = node.child_by_field_name("arguments")
    for child in arguments.named_children if arguments is not None else []:
        if child.type not in ("comment", "keyword_argument"):
            return child
    return None


def _positional(node: Node) -> list[Node]:
    arguments = node.child_by_field_name("arguments")
    children = arguments.named_children if arguments is not None else []
    if len(children) == 1 and arguments is not None and arguments.type == "generator_expression":
        return [arguments]
    return [child for child in children if child.type not in ("comment", "keyword_argument")]


def _builtin(analysis: Analysis, name: str, node: Node) -> Fact:
    arguments = _positional(node)
    if name == "super":
        return _super(analysis, node)
    if name in ("int", "len", "round"):
        return Fact(Instance("int"))
    if name in ("float", "str", "bool", "isinstance"):
        return Fact(Instance({"isinstance": "bool"}.get(name, name)))
    if name == "range":
        return Fact(Repeated(Instance("int")))
    if not arguments:
        return NOTHING
    first = analysis.value(arguments[0])
    if name in _PASS_THROUGH:
        return (
            first if isinstance(first.value, (Sequence, Repeated)) else _repeated(containers.element(analysis, first))
        )
    if name == "enumerate":
        element = containers.element(analysis, first)
        return Fact(Repeated(Sequence((Instance("int"), element.value))), element.certain)
    if name == "zip":
        elements = [containers.element(analysis, analysis.value(argument)) for argument in arguments]
        certain = all(element.certain for element in elements)
        return Fact(Repeated(Sequence(tuple(element.value for element in elements))), certain)
    if name == "next":
        return containers.element(analysis, first)
    if name in ("abs", "sum", "max", "min"):
        element = first if name == "abs" else containers.element(analysis, first)
        return containers.tensor_like(element).likely() if containers.is_tensor(element) else NOTHING
    if name == "getattr" and len(arguments) > 1:
        key = analysis.constant(arguments[1])
        if key is not None and isinstance(key.value, str):
            return analysis.read(members.member(analysis, first, key.value))
    return NOTHING


def _repeated(fact: Fact) -> Fact:
    return Fact(Repeated(fact.value), fact.certain) if fact.value != UNKNOWN else NOTHING


def _super(analysis: Analysis, node: Node) -> Fact:
    function = classes.enclosing_function(node)
    while function is not None and classes.enclosing_class(function) is None:
        function = classes.enclosing_function(function)
    cls = classes.enclosing_class(function) if function is not None else None
    if cls is None:
        return NOTHING
    user_class = UserClass(analysis.source(cls))
    return Fact(Super(user_class, UserInstance(user_class)))
