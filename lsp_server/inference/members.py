"""What ``owner.name`` denotes, for each kind of owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.inference import classes, containers, imports
from lsp_server.inference.values import (
    NOTHING,
    Bound,
    External,
    Fact,
    Instance,
    Module,
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
        return Fact(value.cls if isinstance(value, UserInstance) else SymbolRef(value.cls), owner.certain)
    if isinstance(value, Module):
        fact = imports.module_member(analysis, value, name)
    elif isinstance(value, SymbolRef):
        found = analysis.catalog.member(value.name, name)
        fact = Fact(SymbolRef(found.name)) if found is not None and found.symbol is not None else NOTHING
    elif isinstance(value, Instance):
        fact = _instance_member(analysis, value, name)
    elif isinstance(value, UserInstance):
        fact = classes.attribute(value, name) or NOTHING
    elif isinstance(value, UserClass):
        fact = classes.class_member(value, name)
    elif isinstance(value, Super):
        fact = classes.attribute(value.instance, name, after=value.cls) or NOTHING
    elif isinstance(value, External):
        fact = imports.external(analysis, f"{value.module}.{value.name}", name)
    else:
        fact = NOTHING
    return fact if owner.certain else fact.likely()


def _instance_member(analysis: Analysis, value: Instance, name: str) -> Fact:
    found = analysis.catalog.member(value.cls, name)
    if found is not None:
        return Fact(Bound(found.name, value))
    if name == "T" and value.cls in containers.TENSOR_CLASSES:
        return Fact(Instance(value.cls.partition(".")[0] + ".Tensor"))
    return NOTHING
