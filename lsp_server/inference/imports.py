"""What import statements bind: symbols of the frameworks, and what other files define."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference.values import NOTHING, UNKNOWN, External, Fact, Module, SymbolRef
from lsp_server.syntax.scopes import Binding, Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def bound(analysis: Analysis, binding: Binding) -> Fact:
    """What one name of an import statement stands for."""
    node = binding.node
    statement = node.parent
    target = node.child_by_field_name("name") if node.type == "aliased_import" else node
    if statement is None or target is None:
        return NOTHING
    dotted = analysis.text(target)
    if statement.type == "import_statement":
        return Fact(Module(dotted if node.type == "aliased_import" else binding.name))
    module = statement.child_by_field_name("module_name")
    return from_module(analysis, analysis.text(module), dotted) if module is not None else NOTHING


def from_module(analysis: Analysis, module: str, name: str) -> Fact:
    """The value of ``from module import name``."""
    if framework_of(module) is not None:
        return dotted_fact(analysis, f"{module}.{name}")
    other = analysis.project.module(module, analysis.path)
    if other is not None and other is not analysis:
        fact = other.global_fact(name)
        if fact is not NOTHING:
            return fact
    submodule = module + name if module.endswith(".") else f"{module}.{name}"
    inside = analysis.project.module(submodule, analysis.path)
    if inside is not None:
        return Fact(Module(submodule, inside.path))
    if other is not None or module.startswith("."):
        return NOTHING
    return external(analysis, module, name)


def external(analysis: Analysis, module: str, name: str) -> Fact:
    """A name of another package: what jedi found, if it has been asked already."""
    found = analysis.project.external(module, name)
    return found if found is not None else Fact(External(module, name), certain=False)


def dotted_fact(analysis: Analysis, dotted: str) -> Fact:
    """A full name of a framework; one that is no symbol can still be a private module on the way to one."""
    canonical = analysis.catalog.canonical(dotted)
    symbol = analysis.catalog.symbol(canonical) if canonical is not None else None
    if symbol is None:
        return Fact(Module(dotted))
    return Fact(Module(symbol.name) if symbol.kind == "module" else SymbolRef(symbol.name))


def star(analysis: Analysis, name: str, scope: Scope) -> Fact | None:
    """A name that a ``from … import *`` of the scope brings; None if none of them does."""
    for statement in reversed(scope.stars):
        module = statement.child_by_field_name("module_name")
        if module is None or name.startswith("_"):
            continue
        fact = from_module(analysis, analysis.text(module), name)
        if not isinstance(fact.value, (External, type(UNKNOWN))) and not (
            isinstance(fact.value, Module)
            and framework_of(fact.value.name)
            and not analysis.catalog.symbol(fact.value.name)
        ):
            return fact
    return None
