"""The user's classes: method resolution order, methods, class attributes, data class fields."""

from __future__ import annotations

from typing import cast

from tree_sitter import Node

from lsp_server.inference import classes, decorators
from lsp_server.inference.values import Source, UserClass
from lsp_server.state.code import code
from lsp_server.state.frames import Frame, Machine
from lsp_server.state.library import is_layer
from lsp_server.state.values import UNKNOWN, Function, Symbol, Unknown, Value
from lsp_server.syntax.scopes import Origin

Base = UserClass | Symbol | Unknown
_HARMLESS = {"abc", "typing", "typing_extensions", "collections.abc", "enum", "builtins"}
_DEPTH = 30
_DATA = ("dataclass", "dataclasses.dataclass")


def order(machine: Machine, cls: UserClass) -> tuple[Base, ...]:
    """The method resolution order. A base that is not known stands in it as `UNKNOWN`."""
    analysis = cls.definition.analysis
    cache = cast("dict[int, tuple[Base, ...]]", analysis.caches.setdefault("state.order", {}))
    known = cache.get(cls.definition.node.id)
    if known is None:
        cache[cls.definition.node.id] = (cls, UNKNOWN)  # a class that is its own base
        known = cache[cls.definition.node.id] = _linearized(machine, cls, 0)
    return known


def _linearized(machine: Machine, cls: UserClass, depth: int) -> tuple[Base, ...]:
    if depth > _DEPTH:
        return (cls, UNKNOWN)
    bases = [base for base in _bases(machine, cls) if not _is_harmless(base)]
    lines = [list(_line(machine, base, depth)) for base in bases]
    return (cls, *_merged([*lines, list(bases)]))


def _line(machine: Machine, base: Base, depth: int) -> tuple[Base, ...]:
    if isinstance(base, UserClass):
        return _linearized(machine, base, depth + 1)
    if isinstance(base, Symbol):
        return tuple(Symbol(name) for name in machine.catalog.lineage(base.name))
    return (base,)


def _merged(lines: list[list[Base]]) -> list[Base]:
    """C3: the first class that no other line has further back."""
    result: list[Base] = []
    lines = [line for line in lines if line]
    while lines:
        head = next((line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), lines[0][0])
        result.append(head)
        lines = [[base for base in line if base != head] for line in lines]
        lines = [line for line in lines if line]
    return result


def _bases(machine: Machine, cls: UserClass) -> list[Base]:
    analysis = cls.definition.analysis
    arguments = cls.definition.node.child_by_field_name("superclasses")
    found: list[Base] = []
    for node in arguments.named_children if arguments is not None else []:
        if node.type in ("keyword_argument", "comment"):
            continue
        plain = node.child_by_field_name("value") if node.type == "subscript" else node
        value = code(analysis, plain)(Frame(machine, analysis, is_static=True)) if plain is not None else UNKNOWN
        found.append(value if isinstance(value, (UserClass, Symbol)) else UNKNOWN)
    return found


def _is_harmless(base: Base) -> bool:
    return isinstance(base, Symbol) and base.name.rpartition(".")[0] in _HARMLESS


def library_base(machine: Machine, cls: UserClass) -> str | None:
    """The nearest library class of modules or cells; None if the class is no module."""
    for base in order(machine, cls):
        if isinstance(base, Symbol) and is_layer(machine.catalog, base.name):
            return base.name
    return None


def is_closed(machine: Machine, cls: UserClass) -> bool:
    """Whether all bases are known."""
    return all(
        isinstance(base, UserClass) or (isinstance(base, Symbol) and is_layer(machine.catalog, base.name))
        for base in order(machine, cls)
    )


def method(cls: UserClass, name: str) -> Function | None:
    """A method that the class itself defines."""
    binding = classes.table(cls).methods.get(name)
    if binding is None:
        return None
    return Function(Source(cls.definition.analysis, binding.node), None, cls)


def marks(function: Function) -> list[str]:
    """The names of a function's decorators."""
    return decorators.marks(function.definition.analysis, function.definition.node)


def is_followed(function: Function) -> bool:
    """Whether the decorated function is still the function that stands there."""
    return decorators.keeps_type(function.definition.analysis, function.definition.node)


def class_attribute(machine: Machine, cls: UserClass, name: str) -> Value | None:
    """What the class body gives a name; None if it says nothing."""
    bindings = classes.table(cls).class_attributes.get(name)
    if not bindings:
        return None
    last, analysis = bindings[-1], cls.definition.analysis
    right = last.node.child_by_field_name("right") if last.origin is Origin.ASSIGNMENT else None
    if last.origin is Origin.ASSIGNMENT and right is None:
        return None  # an annotation only
    body = cls.definition.node.child_by_field_name("body")
    if right is None or last.path or last.block != body:
        return UNKNOWN
    return code(analysis, right)(Frame(machine, analysis, is_static=True))


def is_data(cls: UserClass) -> bool:
    """Whether a class is a data class."""
    found = decorators.marks(cls.definition.analysis, cls.definition.node)
    return any(name in _DATA for name in found)


def fields(machine: Machine, cls: UserClass) -> list[tuple[str, Node | None, UserClass]]:
    """The fields of a data class, bases first: name, default, and where it stands."""
    found: dict[str, tuple[str, Node | None, UserClass]] = {}
    for base in reversed(order(machine, cls)):
        if not isinstance(base, UserClass) or not is_data(base):
            continue
        body = base.definition.node.child_by_field_name("body")
        for statement in body.named_children if body is not None else []:
            inner = statement.named_children[0] if statement.named_children else statement
            left = inner.child_by_field_name("left") if inner.type == "assignment" else None
            if left is not None and inner.child_by_field_name("type") is not None:
                name = base.definition.analysis.text(left)
                found[name] = (name, inner.child_by_field_name("right"), base)
    return list(found.values())
