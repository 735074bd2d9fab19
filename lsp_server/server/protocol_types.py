"""Imports lsprotocol without its start-up cost.

``lsprotocol.types`` defines 554 attrs classes, and attrs generates and compiles methods for each when the module is
imported: 500 ms of the 600 ms that a pygls server takes to start here (lsprotocol 2025.0.0, attrs 26.1). A session
uses some sixty of them. While the module is imported, ``attrs.define`` is replaced by one that leaves a class as it is
written, with an ``__init__`` that reads what is written. attrs completes a class only if somebody asks for its fields,
compares or prints its objects. Of what is left half went into typing, which makes and compares 1,500 types: while the
module is imported, ``Optional[…]`` and its like only note what they are of.
"""

from __future__ import annotations

import sys
import typing
from collections import abc
from collections.abc import Callable, Iterable
from types import NoneType
from typing import Any, NamedTuple, cast

import attrs

_ARE_LATE: dict[type[Any], tuple[str, ...]] = {}
"""The classes that attrs has not completed, and which of the names above are ours in each."""
_FIELDS: dict[type[Any], tuple[Field, ...]] = {}


_GENERIC = ("Dict", "Literal", "Mapping", "Optional", "Sequence", "Tuple", "Union")
"""What the module imports from typing to make types of types."""


class Noted(NamedTuple):
    """A type that was written as ``Optional[…]`` or the like."""

    generic: str
    parts: tuple[Any, ...]


class _Noting(NamedTuple):
    """Stands for one of typing's generics while the module is imported."""

    generic: str

    def __getitem__(self, parts: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]  no item of a tuple
        return Noted(self.generic, parts if type(parts) is tuple else (parts,))


def made(kind: Any) -> Any:
    """A type as typing has it; others as they are."""
    if not isinstance(kind, Noted):
        return kind
    parts: Any = tuple(map(made, kind.parts))
    return getattr(typing, kind.generic)[parts if len(parts) > 1 else parts[0]]


_ORIGINS = {
    typing.Union: "Union", typing.Literal: "Literal", abc.Sequence: "Sequence", abc.Mapping: "Mapping",
    dict: "Mapping", tuple: "Tuple",
}  # fmt: skip


def taken_apart(kind: Any) -> tuple[str, tuple[Any, ...]]:
    """The generic that a type was made with, and its parts, whether it was noted or made; optional ones are unions, and
    dictionaries mappings. No generic for any other type."""
    if not isinstance(kind, Noted):
        return _ORIGINS.get(typing.get_origin(kind), ""), typing.get_args(kind)
    if kind.generic in ("Optional", "Union"):
        parts = (*kind.parts, None) if kind.generic == "Optional" else kind.parts
        return "Union", tuple(NoneType if one is None else one for one in parts)
    return ("Mapping" if kind.generic == "Dict" else kind.generic), kind.parts


Validator = Callable[[Any, Any, Any], Any]


class Field(NamedTuple):
    """A field as lsprotocol writes it."""

    name: str
    type: Any
    """As it is written: types that are defined further down are names."""
    default: Any
    """``attrs.NOTHING``: it must be given."""
    validator: Validator | None


def fields(cls: type[Any]) -> tuple[Field, ...]:
    """The fields of an attrs class, without completing it."""
    known = _FIELDS.get(cls)
    if known is None:
        if cls in _ARE_LATE:
            found = [Field(name, kind, *_body(cls, name)) for name, kind in _annotated(cls)]
        else:
            found = [Field(one.name, one.type, one.default, one.validator) for one in attrs.fields(cls)]
        known = _FIELDS[cls] = tuple(found)
    return known


def _annotated(cls: type[Any]) -> Iterable[tuple[str, Any]]:
    return cls.__annotations__.items()


class _Body(NamedTuple):
    """What stands for a field in the body of its class. Takes what lsprotocol gives ``attrs.field``."""

    default: Any = attrs.NOTHING
    validator: Validator | None = None


def _body(cls: type[Any], name: str) -> _Body:
    value = vars(cls).get(name, attrs.NOTHING)
    return value if isinstance(value, _Body) else _Body(value)


def _define_later(cls: type[Any]) -> type[Any]:
    """A stand-in for ``attrs.define`` that puts the work off."""
    late: dict[str, object] = {"__init__": _init, "__attrs_attrs__": _FieldsOnDemand()}
    if "__eq__" not in vars(cls):
        late |= {"__eq__": _equal, "__hash__": None}
    if "__repr__" not in vars(cls):
        late["__repr__"] = _shown
    for name, value in late.items():
        setattr(cls, name, value)
    _ARE_LATE[cls] = tuple(late)
    return cls


def _complete(cls: type[Any]) -> None:
    """Do what ``attrs.define`` would have done, and resolve the types as lsprotocol's converter would."""
    for name in _ARE_LATE.pop(cls):
        delattr(cls, name)
    cls.__annotations__ = {name: made(kind) for name, kind in _annotated(cls)}
    for name in cls.__annotations__:
        default, validator = _body(cls, name)
        setattr(cls, name, attrs.field(default=default, validator=validator))
    attrs.define(cls, slots=False)
    types = sys.modules["lsprotocol.types"]
    attrs.resolve_types(cls, types.ALL_TYPES_MAP, {})


class _Arguments(NamedTuple):
    """What ``_init`` has to know of a class."""

    names: tuple[str, ...]
    all: frozenset[str]
    defaults: dict[str, Any]
    required: frozenset[str]
    checked: dict[str, Field]
    """Those that have a validator. Defaults are right."""


_ARGUMENTS: dict[type[Any], _Arguments] = {}


def _arguments(cls: type[Any]) -> _Arguments:
    known = fields(cls)
    return _Arguments(
        tuple(one.name for one in known),
        frozenset(one.name for one in known),
        {one.name: one.default for one in known if one.default is not attrs.NOTHING},
        frozenset(one.name for one in known if one.default is attrs.NOTHING),
        {one.name: one for one in known if one.validator is not None},
    )


def _init(self: Any, *args: Any, **kwargs: Any) -> None:
    """Takes what the generated ``__init__`` would take, and validates it."""
    cls = cast("type[Any]", type(self))
    known = _ARGUMENTS.get(cls)
    if known is None:
        known = _ARGUMENTS[cls] = _arguments(cls)
    names, checked = known.names, known.checked
    given = dict(zip(names, args, strict=False)) if args else {}
    if len(args) > len(names) or given.keys() & kwargs.keys() or not kwargs.keys() <= known.all:
        raise TypeError(f"{cls.__name__} takes each of {', '.join(names)} once and nothing else")
    given |= kwargs
    if not known.required <= given.keys():
        raise TypeError(f"{cls.__name__} needs {', '.join(sorted(known.required - given.keys()))}")
    self.__dict__.update(known.defaults)
    self.__dict__.update(given)
    for name in checked.keys() & given.keys():
        field = checked[name]
        assert field.validator is not None  # or it would not be there
        field.validator(self, field, given[name])


def _equal(self: Any, other: object) -> bool:
    cls = cast("type[Any]", type(self))
    if cls in _ARE_LATE:
        _complete(cls)
    return self == other


def _shown(self: Any) -> str:
    cls = cast("type[Any]", type(self))
    if cls in _ARE_LATE:
        _complete(cls)
    return repr(self)


class _FieldsOnDemand:
    """Completes the class when attrs or cattrs asks for its fields."""

    def __get__(self, instance: object, cls: type[Any]) -> Any:
        _complete(cls)
        return cls.__attrs_attrs__


def import_quickly() -> None:
    """Import ``lsprotocol.types``, before anything of pygls does. Does nothing if it is imported already. A release of
    lsprotocol that is written otherwise is imported as it is."""
    if "lsprotocol.types" in sys.modules:
        return
    try:
        _import_late()
    except (TypeError, AttributeError):
        sys.modules.pop("lsprotocol.types", None)
        _ARE_LATE.clear()


def _import_late() -> None:
    define, field = attrs.define, attrs.field
    generics = {name: getattr(typing, name) for name in _GENERIC}
    attrs.define = _define_later  # pyright: ignore[reportAttributeAccessIssue]  a decorator of fewer forms
    attrs.field = _Body  # pyright: ignore[reportAttributeAccessIssue]  with fewer arguments
    for name in _GENERIC:
        setattr(typing, name, _Noting(name))
    try:
        import lsprotocol.types as types
    finally:
        attrs.define, attrs.field = define, field
        for name, generic in generics.items():
            setattr(typing, name, generic)
    for name, kind in {**vars(types), **generics}.items():
        if isinstance(kind, Noted) or name in generics:
            setattr(types, name, made(kind))
    for name, kind in types.ALL_TYPES_MAP.items():
        if isinstance(kind, Noted):
            types.ALL_TYPES_MAP[name] = made(kind)
    import lsprotocol._hooks as hooks

    hooks._resolved_forward_references = True  # pyright: ignore[reportPrivateUsage]  lsprotocol has no other way
