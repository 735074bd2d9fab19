"""Imports lsprotocol without its start-up cost.

``lsprotocol.types`` defines 554 attrs classes, and attrs generates and compiles methods for each when the module is
imported: 500 ms of the 600 ms that a pygls server takes to start here (lsprotocol 2025.0.0, attrs 26.1). A session
uses some sixty of them. While the module is imported, ``attrs.define`` is replaced by one that completes a class
when it is first instantiated or asked for its fields.
"""

from __future__ import annotations

import sys
from typing import Any, cast

import attrs


def _define_later(cls: type[Any]) -> type[Any]:
    """A stand-in for ``attrs.define`` that puts the work off."""
    cls.__init__ = _first_init
    cls.__attrs_attrs__ = _FieldsOnDemand()
    return cls


def _complete(cls: type[Any]) -> None:
    """Do what ``attrs.define`` would have done, and resolve the types as lsprotocol's converter would."""
    del cls.__attrs_attrs__
    del cls.__init__
    attrs.define(cls, slots=False)
    types = sys.modules["lsprotocol.types"]
    attrs.resolve_types(cls, types.ALL_TYPES_MAP, {})


def _first_init(self: Any, *args: Any, **kwargs: Any) -> None:
    cls = cast("type[Any]", type(self))
    _complete(cls)
    cls.__init__(self, *args, **kwargs)


class _FieldsOnDemand:
    """Completes the class when attrs or cattrs asks for its fields."""

    def __get__(self, instance: object, cls: type[Any]) -> Any:
        _complete(cls)
        return cls.__attrs_attrs__


def import_quickly() -> None:
    """Import ``lsprotocol.types``, before anything of pygls does. Does nothing if it is imported already."""
    if "lsprotocol.types" in sys.modules:
        return
    define = attrs.define
    attrs.define = _define_later  # pyright: ignore[reportAttributeAccessIssue]  a decorator of fewer forms
    try:
        import lsprotocol.types
    finally:
        attrs.define = define
    assert lsprotocol.types.ALL_TYPES_MAP  # the names that forward references are resolved with
    import lsprotocol._hooks as hooks

    hooks._resolved_forward_references = True  # pyright: ignore[reportPrivateUsage]  lsprotocol has no other way
