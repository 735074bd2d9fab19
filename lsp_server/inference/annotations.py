"""What a type annotation promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import library
from lsp_server.inference.types import split
from lsp_server.inference.values import (
    NONE,
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    External,
    Fact,
    Hint,
    Instance,
    Module,
    Record,
    Repeated,
    Returns,
    Sequence,
    SymbolRef,
    Union,
    UserClass,
    UserInstance,
    Value,
    alternatives,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_SCALARS = {"int", "float", "bool", "str", "complex", "bytes"}
_WRAPPERS = {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"}
_REPEATED = {
    "list", "List", "Sequence", "MutableSequence", "Iterable", "Iterator", "Generator", "Collection", "set", "Set",
    "frozenset", "FrozenSet", "AbstractSet", "tuple", "Tuple", "deque", "Deque", "AsyncIterator", "AsyncIterable",
}  # fmt: skip
_DICTS = {"dict", "Dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict"}
_CALLABLE = {"Callable"}
_CLASS = {"type", "Type"}
_AWAITED = {"Awaitable", "Coroutine"}
_SHAPED = {
    "Float", "Float16", "Float32", "Float64", "BFloat16", "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8",
    "Bool", "Num", "Shaped", "Inexact", "Real", "Complex", "Integer", "Key",
}  # fmt: skip
"""``jaxtyping.Float[Tensor, "b c"]`` is a tensor."""
_GENERIC = _WRAPPERS | _REPEATED | _DICTS | _CALLABLE | _CLASS | _AWAITED | {"Union", "Literal"}


def fact(analysis: Analysis, node: Node) -> Fact:
    """An object of the annotated type; `NOTHING` if the annotation says nothing that we know."""
    values = alternatives(_value(analysis, _inner(node)))
    return join([NOTHING if value == UNKNOWN else Fact(value) for value in values])


def hint(analysis: Analysis, node: Node) -> Fact:
    """A type as an expression: ``Optional[Tensor]``, ``Tensor | None``."""
    value = _value(analysis, node)
    return NOTHING if value == UNKNOWN else Fact(Hint(value))


def subscripted(analysis: Analysis, node: Node, owner: Node) -> Fact | None:
    """The type that ``List[Tensor]`` is outside of annotations; None if it is an item of something."""
    if owner.type not in ("identifier", "attribute"):
        return None
    if analysis.text(owner).rpartition(".")[2] not in _GENERIC and not isinstance(
        analysis.fact(owner).value, UserClass
    ):
        return None
    value = analysis.fact(owner).value
    if isinstance(value, UserClass):
        return Fact(value)
    return hint(analysis, node) if isinstance(value, SymbolRef) else None


def _value(analysis: Analysis, node: Node) -> Value:
    kind = node.type
    if kind == "none":
        return Constant(None)
    if kind == "string":
        return _text(analysis, analysis.text(node).strip("\"' \n"))
    if kind in ("identifier", "attribute"):
        return _object(analysis, analysis.fact(node).value)
    if kind == "member_type":
        return _text(analysis, analysis.text(node))
    if kind == "binary_operator":
        return union([_value(analysis, child) for child in node.named_children])
    if kind in ("generic_type", "subscript"):
        return _generic(analysis, node)
    if kind in ("union_type", "parenthesized_expression", "type"):
        return union([_value(analysis, _inner(child)) for child in node.named_children])
    return UNKNOWN


def _object(analysis: Analysis, value: Value) -> Value:
    """An object of a class, or of the type that an alias stands for."""
    if isinstance(value, SymbolRef):
        name = value.name.removeprefix("builtins.")
        if value.name in library.LEGACY:
            return Instance("torch.Tensor")
        if name in _DICTS:
            return Dictionary(others=(UNKNOWN, UNKNOWN))
        if name in _REPEATED:
            return Repeated(UNKNOWN)
        return Instance(name) if name in _SCALARS or analysis.catalog.symbol(value.name) else UNKNOWN
    if isinstance(value, UserClass):
        return UserInstance(value)
    if isinstance(value, Record):
        return Sequence((UNKNOWN,) * len(value.fields), value.fields)
    return value.value if isinstance(value, Hint) else UNKNOWN


def union(values: list[Value]) -> Value:
    """``Tensor | None`` is a tensor where it is used. Here, and here only, a `Union` may hold something unknown: then
    the rest is likely, where the annotation is used as it stands, and nothing inside of other types."""
    found = [one for value in values for one in alternatives(value) if one != NONE]
    if not found:
        return NONE if values else UNKNOWN
    named = [Fact(one) for one in found if one != UNKNOWN]
    known = join(named).value if named else UNKNOWN
    return known if len(named) == len(found) or known == UNKNOWN else Union((*alternatives(known), UNKNOWN))


def _closed(value: Value) -> Value:
    return UNKNOWN if isinstance(value, Union) and UNKNOWN in value.alternatives else value


def _generic(analysis: Analysis, node: Node) -> Value:
    head = node.named_children[0]
    arguments: list[Node] = []
    for child in node.named_children[1:]:
        arguments += child.named_children if child.type == "type_parameter" else [child]
    arguments = [_inner(argument) for argument in arguments]
    name = analysis.text(head).rpartition(".")[2]
    if name not in _GENERIC:
        if head.type not in ("identifier", "attribute"):
            return UNKNOWN
        owner = analysis.fact(head).value
        first = _value(analysis, arguments[0]) if arguments and name in _SHAPED else UNKNOWN
        return _shaped(owner, name, first) or _object(analysis, owner)
    values = [_value(analysis, argument) for argument in arguments]
    return _applied(name, values, bool(arguments) and analysis.text(arguments[-1]) == "...")


def _shaped(owner: Value, name: str, first: Value) -> Value | None:
    """The array type of a shape annotation."""
    return first if name in _SHAPED and isinstance(owner, External) and first != UNKNOWN else None


def _applied(name: str, values: list[Value], is_open: bool) -> Value:
    """What a generic type of the standard library is with these arguments."""
    if name == "Union":
        return union(values)
    if not values:
        return UNKNOWN
    if name in _WRAPPERS:
        return values[0]
    values = [_closed(value) for value in values]
    if name in ("tuple", "Tuple") and not is_open:
        return Sequence(tuple(values))
    if name in _REPEATED:
        return Repeated(values[0])
    if name in _DICTS:
        return Dictionary(others=(values[0], values[-1]))
    if name in _CALLABLE | _CLASS and values[-1] != UNKNOWN:
        return Returns(values[-1])
    return values[-1] if name in _AWAITED else UNKNOWN


def _inner(node: Node) -> Node:
    while node.type == "type" and node.named_children:
        node = node.named_children[0]
    return node


def _text(analysis: Analysis, text: str) -> Value:
    """An annotation in quotes; its names are those of the module."""
    text = text.strip().strip("\"'")
    parts = split(text, "|")
    if len(parts) > 1:
        return union([_text(analysis, part) for part in parts])
    head, bracket, rest = text.partition("[")
    if not bracket:
        return Constant(None) if head == "None" else _object(analysis, dotted(analysis, head.strip()))
    name = head.strip().rpartition(".")[2]
    arguments = split(rest.rstrip().removesuffix("]"))
    if name in _GENERIC:
        return _applied(name, [_text(analysis, one) for one in arguments], arguments[-1] == "...")
    owner = dotted(analysis, head.strip())
    first = _text(analysis, arguments[0]) if name in _SHAPED else UNKNOWN
    return _shaped(owner, name, first) or _object(analysis, owner)


def dotted(analysis: Analysis, text: str) -> Value:
    """What a dotted name means in the module."""
    first, *rest = text.split(".")
    if not first.isidentifier():
        return UNKNOWN
    value = analysis.global_fact(first).value
    if value == UNKNOWN and not rest and first in _SCALARS | _REPEATED | _DICTS:
        return SymbolRef(f"builtins.{first}")
    for part in rest:
        if not isinstance(value, Module):
            return UNKNOWN
        canonical = analysis.catalog.canonical(f"{value.name}.{part}")
        symbol = analysis.catalog.symbol(canonical) if canonical else None
        if symbol is None:
            return UNKNOWN
        value = Module(symbol.name) if symbol.kind == "module" else SymbolRef(symbol.name)
    return value
