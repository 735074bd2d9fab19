"""What ``owner.name`` denotes, for each kind of owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference import classes, dictionaries, imports, library, methods, records, stdlib
from lsp_server.inference.facts import TENSOR_CLASSES
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Bound,
    Dictionary,
    External,
    Fact,
    Instance,
    Method,
    Module,
    Returns,
    Sequence,
    Super,
    SymbolRef,
    Union,
    UserClass,
    UserInstance,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def member(analysis: Analysis, owner: Fact, name: str) -> Fact:
    """``owner.name``."""
    value = owner.value
    if isinstance(value, Union):
        return join([member(analysis, Fact(one, owner.certain), name) for one in value.alternatives])
    if name == "__class__" and isinstance(value, (Instance, UserInstance)):
        if isinstance(value, UserInstance):
            return Fact(value.cls, owner.certain)
        # of a subclass, if it is not seen how the object was made
        return Fact(SymbolRef(value.cls) if value.call is not None else Returns(Instance(value.cls)), owner.certain)
    if isinstance(value, Module):
        fact = imports.module_member(analysis, value, name)
    elif isinstance(value, SymbolRef):
        fact = _symbol_member(analysis, value.name, name)
    elif isinstance(value, Instance):
        fact = _instance_member(analysis, value, name)
    elif isinstance(value, UserInstance):
        fact = classes.attribute(value, name) or NOTHING
    elif isinstance(value, UserClass):
        fact = classes.class_member(value, name)
    elif isinstance(value, Super):
        fact = classes.attribute(value.instance, name, after=value.cls) or NOTHING
    elif isinstance(value, Sequence) and records.field(value, name, True) is not None:
        fact = records.field(value, name, True) or NOTHING
    elif name in (methods.known_methods(value) or ()):
        fact = Fact(Method(value, name))
    elif isinstance(value, External):
        fact = imports.external(analysis, f"{value.module}.{value.name}", name)
    else:
        fact = NOTHING
    return fact if owner.certain else fact.likely()


def _symbol_member(analysis: Analysis, owner: str, name: str) -> Fact:
    """A member read from a class or function itself."""
    if framework_of(owner) is None:
        full = f"{owner}.{name}"
        return Fact(SymbolRef(full)) if full in stdlib.NAMES else NOTHING
    found = analysis.catalog.member(owner, name)
    return Fact(SymbolRef(found.name)) if found is not None and found.symbol is not None else NOTHING


def _instance_member(analysis: Analysis, value: Instance, name: str) -> Fact:
    if name == "module" and value.cls in library.WRAPPERS and value.content != UNKNOWN:
        return Fact(value.content)
    found = analysis.catalog.member(value.cls, name)
    if found is not None:
        return Fact(Bound(found.name, value))
    part = analysis.catalog.part(value.cls, name)
    if part:
        return Fact(Instance(part))
    if name == "T" and value.cls in TENSOR_CLASSES:
        return Fact(Instance(value.cls.partition(".")[0] + ".Tensor"))
    if value.cls in library.NAMED and isinstance(value.content, Dictionary):
        return dictionaries.at(value.content, name, True)
    if value.cls in library.IN_ORDER and isinstance(value.content, Sequence) and name in value.content.fields:
        return Fact(value.content.items[value.content.fields.index(name)])
    return NOTHING
