"""What Python's own functions give."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import calls, classes, containers, dictionaries, members
from lsp_server.inference.binding import argument_nodes, positional
from lsp_server.inference.facts import held, is_number, is_tensor, plain, repeated, sequence, tensor_like
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Instance,
    Repeated,
    Returns,
    Sequence,
    Super,
    SymbolRef,
    UserClass,
    UserInstance,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_RESULTS = {
    **dict.fromkeys(("int", "len", "ord", "hash", "id"), "int"),
    **dict.fromkeys(("bool", "isinstance", "issubclass", "hasattr", "callable", "any", "all"), "bool"),
    **dict.fromkeys(("str", "repr", "format", "chr", "input", "ascii", "bin", "hex"), "str"),
    **{name: name for name in ("float", "complex", "bytes")},
}


def call(analysis: Analysis, name: str, node: Node | None) -> Fact:
    """The result of a built-in; without a ``node`` of the kind that it always gives."""
    if name in _RESULTS:
        return plain(_RESULTS[name])
    if name in ("print", "setattr", "delattr"):
        return Fact(Constant(None))
    if name == "range":
        return Fact(Repeated(Instance("int")))
    handler = _HANDLERS.get(name)
    if handler is None or node is None:
        return NOTHING
    return handler(analysis, node)


def _first(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return analysis.value(arguments[0]) if arguments else NOTHING


def _listed(analysis: Analysis, node: Node) -> Fact:
    """``list``, ``tuple``, ``iter`` and the like."""
    if not argument_nodes(node):
        return Fact(Sequence(()))
    return listed(analysis, _first(analysis, node))


def listed(analysis: Analysis, fact: Fact) -> Fact:
    """The items of anything that can be iterated, in order."""
    inner = held(fact)
    if isinstance(inner.value, Dictionary):
        return dictionaries.keys(inner.value, inner.certain)
    if isinstance(inner.value, (Sequence, Repeated)):
        return inner
    return repeated(containers.element(analysis, fact))


def _unordered(analysis: Analysis, node: Node) -> Fact:
    if not argument_nodes(node):
        return Fact(Sequence(()))
    return repeated(containers.element(analysis, _first(analysis, node)))


def _iterated(analysis: Analysis, node: Node) -> Fact:
    fact = _first(analysis, node)
    return fact if isinstance(fact.value, Instance) and not is_tensor(fact) else listed(analysis, fact)


def _reversed(analysis: Analysis, node: Node) -> Fact:
    fact = listed(analysis, _first(analysis, node))
    return Fact(Sequence(fact.value.items[::-1]), fact.certain) if isinstance(fact.value, Sequence) else fact


def _enumerated(analysis: Analysis, node: Node) -> Fact:
    element = containers.element(analysis, _first(analysis, node))
    return Fact(Repeated(Sequence((Instance("int"), element.value))), element.certain or element.value == UNKNOWN)


def _zipped(analysis: Analysis, node: Node) -> Fact:
    nodes = argument_nodes(node)
    if any(argument.type == "list_splat" for argument in nodes):
        return zip_star(analysis, nodes)
    row = sequence([containers.element(analysis, analysis.value(one)) for one in positional(node)])
    return Fact(Repeated(row.value), row.certain)


def zip_star(analysis: Analysis, nodes: list[Node]) -> Fact:
    """``zip(*pairs)``: columns of what were rows."""
    rows = containers.items(analysis, nodes)
    row = containers.element(analysis, rows)
    if isinstance(row.value, Sequence):
        return Fact(Sequence(tuple(Repeated(item) for item in row.value.items)), row.certain)
    return repeated(repeated(containers.element(analysis, row)))


def _mapped(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return repeated(calls.give(analysis, analysis.fact(arguments[0]), None)) if arguments else NOTHING


def _filtered(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return repeated(containers.element(analysis, analysis.value(arguments[1]))) if len(arguments) == 2 else NOTHING


def _next(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    facts = [containers.element(analysis, analysis.value(one)) for one in arguments[:1]]
    return join(facts + [analysis.value(one) for one in arguments[1:2]]) if facts else NOTHING


def _extreme(analysis: Analysis, node: Node) -> Fact:
    """``max`` and ``min`` give one of the arguments, or an element of the only one."""
    arguments = positional(node)
    if not arguments:
        return NOTHING
    facts = [analysis.value(one) for one in arguments]
    if len(facts) == 1:
        facts = [containers.element(analysis, facts[0])]
    if all(is_number(fact.value) for fact in facts):
        return _number(facts)
    return _tensors(facts) or join(facts)


def _sum(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    if not arguments:
        return NOTHING
    element = containers.element(analysis, analysis.value(arguments[0]))
    start = analysis.value(arguments[1]) if len(arguments) > 1 else None
    found = _tensors([element])
    if found is not None:
        return found if start is not None and is_tensor(start) else found.likely()  # an empty sum is the number 0
    if is_number(element.value):
        return _number([element])
    return (
        containers.element(analysis, repeated(start)) if start is not None and start.value != Constant(0) else NOTHING
    )


def _tensors(facts: list[Fact]) -> Fact | None:
    tensors = [fact for fact in facts if is_tensor(fact)]
    return tensor_like(tensors[0]).likely() if len(tensors) == len(facts) and tensors else None


def _number(facts: list[Fact]) -> Fact:
    kinds = {fact.value.cls if isinstance(fact.value, Instance) else _kind(fact) for fact in facts}
    return plain("float" if "float" in kinds else "int")


def _kind(fact: Fact) -> str:
    return type(fact.value.value).__name__ if isinstance(fact.value, Constant) else ""


def _absolute(analysis: Analysis, node: Node) -> Fact:
    fact = _first(analysis, node)
    if is_tensor(fact):
        return tensor_like(fact)
    return _number([fact]) if is_number(fact.value) else NOTHING


def _rounded(analysis: Analysis, node: Node) -> Fact:
    fact = _first(analysis, node)
    if is_tensor(fact):
        return tensor_like(fact)
    return plain("int") if len(argument_nodes(node)) == 1 else plain("float")


def _getattr(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    if len(arguments) < 2:
        return NOTHING
    key = analysis.constant(arguments[1])
    if key is None or not isinstance(key.value, str):
        return NOTHING
    found = members.member(analysis, analysis.value(arguments[0]), key.value)
    if found.value == UNKNOWN and len(arguments) > 2:
        return analysis.value(arguments[2]).likely()
    return analysis.read(found)


def of_dict(analysis: Analysis, node: Node) -> Fact:
    result = Dictionary()
    certain = True
    for argument in argument_nodes(node):
        if argument.type == "keyword_argument":
            name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if name is not None and value is not None:
                fact = analysis.value(value)
                result = dictionaries.with_entry(result, Constant(analysis.text(name)), fact.value)
                certain = certain and (fact.certain or fact.value == UNKNOWN)
            continue
        inner = argument.named_children[0] if argument.type == "dictionary_splat" else argument
        fact = dictionaries.of_pairs(analysis.value(inner))
        result = dictionaries.merged(result, fact.value)
        certain = certain and fact.certain
    return Fact(result, certain)


def _type(analysis: Analysis, node: Node) -> Fact:
    """``type(x)``: the class, of which a subclass may be meant where no constructor is seen."""
    value = _first(analysis, node).value
    if isinstance(value, UserInstance):
        return Fact(value.cls, certain=False)
    if isinstance(value, Instance):
        return Fact(SymbolRef(value.cls)) if value.call is not None else Fact(Returns(Instance(value.cls)))
    return NOTHING


def _super(analysis: Analysis, node: Node) -> Fact:
    function = classes.enclosing_function(node)
    while function is not None and classes.enclosing_class(function) is None:
        function = classes.enclosing_function(function)
    cls = classes.enclosing_class(function) if function is not None else None
    if cls is None:
        return NOTHING
    user_class = UserClass(analysis.source(cls))
    return Fact(Super(user_class, UserInstance(user_class)))


def _same(analysis: Analysis, node: Node) -> Fact:
    """``staticmethod(f)``."""
    arguments = positional(node)
    return analysis.fact(arguments[0]) if arguments else NOTHING


def _namespace(analysis: Analysis, node: Node) -> Fact:
    """``vars()``, ``globals()``."""
    return Fact(dictionaries.OPEN)


def _product(analysis: Analysis, node: Node) -> Fact:
    facts = [analysis.value(one) for one in positional(node)[:2]]
    if facts and is_tensor(facts[0]):
        return tensor_like(facts[0])
    return _number(facts) if all(is_number(fact.value) for fact in facts) else NOTHING


_HANDLERS: dict[str, Callable[[Analysis, Node], Fact]] = {
    **dict.fromkeys(("list", "tuple"), _listed),
    **dict.fromkeys(("sorted", "set", "frozenset"), _unordered),
    "iter": _iterated,
    "reversed": _reversed,
    "enumerate": _enumerated,
    "zip": _zipped,
    "map": _mapped,
    "filter": _filtered,
    "next": _next,
    "max": _extreme,
    "min": _extreme,
    "sum": _sum,
    "abs": _absolute,
    "round": _rounded,
    "pow": _product,
    "getattr": _getattr,
    "dict": of_dict,
    "type": _type,
    "super": _super,
    "staticmethod": _same,
    "classmethod": _same,
    **dict.fromkeys(("vars", "globals", "locals"), _namespace),
}
NAMES = frozenset({*_RESULTS, *_HANDLERS, "print", "setattr", "delattr", "range", "object", "property"})
