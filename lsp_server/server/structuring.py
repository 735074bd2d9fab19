"""From JSON to lsprotocol's objects and back, in the place of cattrs' converter.

cattrs writes, compiles and keeps two functions for every class that it meets: a fifth of the time to the answer to
``initialize``. Here a class is a row of readers, made from its fields when it is first read. They take what is exactly
as the protocol has it. Whatever is not goes to lsprotocol's own converter, which is made when that happens first: the
objects are the same, and so are the errors (``tests/server/test_structuring.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from functools import cached_property
from types import NoneType
from typing import Any, ForwardRef, Literal, Union, cast, get_args, get_origin

import attrs
import cattrs
from lsprotocol import types
from pygls.protocol import default_converter

from lsp_server.server.protocol_types import fields, made, taken_apart

Reader = Callable[[Any], Any]
_PLAIN = (str, int, bool, float, NoneType)
_NAMED = vars(types)
_SPECIAL = frozenset(types._SPECIAL_PROPERTIES)  # pyright: ignore[reportPrivateUsage]  to ask for one is a search
_PARTIAL, _WHOLE = types.TextDocumentContentChangePartial, types.TextDocumentContentChangeWholeDocument
_ALWAYS = object()
"""Equal to no value: what has it for its default is always written."""


class _NotExact(ValueError):
    """A value that is not exactly of its type."""


class Converter:
    """What pygls asks of a converter."""

    def __init__(self) -> None:
        self._readers: dict[Any, Reader] = {}
        self._written: dict[type[Any], list[tuple[str, str, Any]]] = {}

    @cached_property
    def thorough(self) -> cattrs.Converter:
        """The one that lsprotocol has."""
        return default_converter()

    def structure(self, data: Any, kind: Any) -> Any:
        """An object of a type. Raises what cattrs raises for what is none."""
        if getattr(kind, "__module__", "") == types.__name__:
            try:
                return self._reader(kind)(data)
            except (ValueError, TypeError, cattrs.BaseValidationError):
                pass  # not exact, or refused by a validator: the converter below says what is wrong
        return self.thorough.structure(data, kind)

    def unstructure(self, value: Any, _as: object = None) -> Any:
        """What a JSON encoder takes: dictionaries without the fields that have their defaults."""
        kind = cast("Any", type(value))
        if kind in _PLAIN:
            return value
        if kind is list or kind is tuple:
            return [self.unstructure(one) for one in value]
        if kind is dict:
            return {key: self.unstructure(one) for key, one in value.items()}
        if isinstance(value, enum.Enum):
            return value.value
        written = self._written.get(kind)
        if written is None:
            if "__attrs_attrs__" not in vars(kind):
                return self.thorough.unstructure(value)
            written = self._written[kind] = [
                (one.name, _in_json(one.name), _ALWAYS if f"{kind.__name__}.{one.name}" in _SPECIAL else one.default)
                for one in fields(kind)
            ]
        found: dict[str, Any] = {}
        values: dict[str, Any] | None = value.__dict__ if kind.__dictoffset__ else None
        for name, key, default in written:
            one = values[name] if values is not None else getattr(value, name)
            if one is not default and (type(one) is not type(default) or one != default):
                found[key] = one if type(one) in _PLAIN else self.unstructure(one)
        return found

    def _reader(self, kind: Any) -> Reader:
        """What reads a type; raises `ValueError` or `TypeError` for what is not exactly of it."""
        if isinstance(kind, (str, ForwardRef)):
            name = kind if isinstance(kind, str) else kind.__forward_arg__
            return lambda value: self._reader(_NAMED[name])(value)  # it may be this very type
        known = self._readers.get(kind)
        if known is None:
            known = self._readers[kind] = self._made(kind)
        return known

    def _made(self, kind: Any) -> Reader:
        generic, parts = taken_apart(kind)
        if kind is Any or kind is types.LSPObject:
            return lambda value: value
        if kind in _PLAIN:
            return _exactly(kind)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return kind
        if isinstance(kind, type) and kind.__module__ == types.__name__:
            return self._of_class(kind)
        if generic == "Literal":
            return _one_of(parts)
        if generic == "Union":
            return self._of_union(kind)
        if generic == "Sequence":
            return self._of_sequence(self._reader(parts[0]))
        if generic == "Mapping":
            return self._of_mapping(*map(self._reader, parts))
        return lambda value: self.thorough.structure(value, _resolved(kind))

    def _of_class(self, cls: type[Any]) -> Reader:
        known = fields(cls)
        defaults = {one.name: one.default for one in known if one.default is not attrs.NOTHING}
        readers = {_in_json(one.name): (one, self._reader(one.type)) for one in known}
        required = len(known) - len(defaults)

        is_late = cls.__dictoffset__ != 0  # else it has slots: lsprotocol was imported before us, as in tests

        def read(data: Any) -> Any:
            if type(data) is not dict:
                raise _NotExact
            new: Any = object.__new__(cls)
            values: dict[str, Any] = new.__dict__ if is_late else {}
            values.update(defaults)
            missing = required
            for key, value in cast("dict[str, Any]", data).items():
                found = readers.get(key)
                if found is None:
                    continue
                field, reader = found
                value = reader(value)
                if field.validator is not None:
                    field.validator(new, field, value)
                values[field.name] = value
                missing -= field.default is attrs.NOTHING
            if missing:
                raise _NotExact
            return new if is_late else cls(**values)

        return read

    def _of_union(self, kind: Any) -> Reader:
        """Values of open enumerations stay what they are; one class is told from plain values by being an object."""
        alternatives = _alternatives(kind)
        if Any in alternatives:
            return lambda value: value
        taken = {one for one in alternatives if one in _PLAIN}
        others = [one for one in alternatives if one not in _PLAIN]
        objects = [one for one in others if not (taken - {NoneType} and _is_enumeration(one))]
        if len(objects) == 1 and (isinstance(objects[0], type) or not taken - {NoneType}):
            reader = self._reader(objects[0])
        elif set(objects) == {_PARTIAL, _WHOLE}:
            partial, whole = self._reader(_PARTIAL), self._reader(_WHOLE)
            reader: Reader = lambda value: (partial if "range" in value else whole)(value)  # noqa: E731 - chosen here
        else:
            reader = lambda value: self.thorough.structure(value, _resolved(kind))  # noqa: E731 - chosen here

        def read(value: Any) -> Any:
            if type(value) in taken:
                return value
            if not objects:
                raise _NotExact
            return reader(value)

        return read

    def _of_sequence(self, item: Reader) -> Reader:
        def read(value: Any) -> Any:
            if type(value) is not list:
                raise _NotExact
            return tuple(map(item, cast("list[Any]", value)))

        return read

    def _of_mapping(self, key: Reader, item: Reader) -> Reader:
        def read(value: Any) -> Any:
            if type(value) is not dict:
                raise _NotExact
            return {key(name): item(one) for name, one in cast("dict[str, Any]", value).items()}

        return read


def _exactly(kind: type[Any]) -> Reader:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise _NotExact
        return value

    return read


def _one_of(values: tuple[Any, ...]) -> Reader:
    def read(value: Any) -> Any:
        if value not in values:
            raise _NotExact
        return value

    return read


def _named(kind: Any) -> Any:
    """A type that is written as a name, as itself."""
    if isinstance(kind, (str, ForwardRef)):
        return _named(_NAMED[kind if isinstance(kind, str) else kind.__forward_arg__])
    return kind


def _alternatives(kind: Any) -> list[Any]:
    """What a union is of, unions in it taken apart."""
    kind = _named(kind)
    generic, parts = taken_apart(kind)
    return [one for part in parts for one in _alternatives(part)] if generic == "Union" else [kind]


def _is_enumeration(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, enum.Enum)


def _resolved(kind: Any) -> Any:
    """A type as lsprotocol's converter knows it, without names."""
    kind = made(_named(kind))
    parts = get_args(kind)
    if not parts or get_origin(kind) is Literal:
        return kind
    found = tuple(_resolved(one) for one in parts)
    return Union[found] if get_origin(kind) is Union else kind.copy_with(found)


def _in_json(name: str) -> str:
    """``work_done_token`` is ``workDoneToken``."""
    first, *others = name.removesuffix("_").split("_")
    return first + "".join(one.title() for one in others)
