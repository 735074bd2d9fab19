"""``from module import *``: which names it brings, and what it leaves in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference import imports, names
from lsp_server.inference.values import NOTHING, External, Fact, Module
from lsp_server.syntax.scopes import Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def with_stars(analysis: Analysis, name: str, scope: Scope, own: Fact | None, first: int, position: int) -> Fact:
    """A name in a scope with star imports, given what the scope itself binds it to (at ``first`` the earliest).

    A later star import goes before. One of a module that nobody can read may or may not bring the name: then what was
    known before is only likely.
    """
    is_doubtful = False
    for statement in reversed(scope.stars):
        if own is not None and statement.start_byte < first:
            break
        if statement.start_byte >= position:
            continue
        brought = _brought(analysis, statement, name)
        if brought is None:
            is_doubtful = True
        elif brought is not _ABSENT:
            return brought.likely() if is_doubtful or own is not None else brought
    fact = own if own is not None else names.builtin(name)
    return fact.likely() if is_doubtful else fact


_ABSENT = Fact(External("", ""), False)


def _brought(analysis: Analysis, statement: Node, name: str) -> Fact | None:
    """What a star import brings under a name: `_ABSENT` if nothing, None if its module cannot be read."""
    node = statement.child_by_field_name("module_name")
    if node is None or (name.startswith("_") and not name.endswith("__")):
        return _ABSENT
    module = analysis.text(node)
    if framework_of(module) is not None:
        fact = imports.dotted_fact(analysis, f"{module}.{name}")
        is_known = not isinstance(fact.value, Module) or analysis.catalog.symbol(fact.value.name) is not None
        return fact if is_known else _ABSENT
    other = analysis.project.module(module, analysis.path)
    if other is None or other is analysis:
        return analysis.project.external(module, name) if other is None else None
    root = other.scope(other.document.root)
    if name not in root.bindings and not root.stars:
        return _ABSENT
    listed = _listed(other, root)
    if listed is not None:
        return other.global_fact(name) if name in listed else _ABSENT
    fact = other.global_fact(name)
    if fact == NOTHING and name not in root.bindings:
        return None if _has_unreadable(other, root) else _ABSENT
    return fact


def _has_unreadable(analysis: Analysis, root: Scope) -> bool:
    """Whether a module itself has star imports of modules that are neither a framework nor of the workspace."""
    texts = [analysis.text(node) for one in root.stars if (node := one.child_by_field_name("module_name"))]
    return any(framework_of(text) is None and analysis.project.module(text, analysis.path) is None for text in texts)


def _listed(analysis: Analysis, root: Scope) -> set[str] | None:
    """The names in a module's ``__all__``, if that is one plain list."""
    bindings = root.bindings.get("__all__", [])
    if len(bindings) != 1:
        return None
    right = bindings[0].node.child_by_field_name("right")
    if right is None or right.type not in ("list", "tuple"):
        return None
    items = [item for item in right.named_children if item.type != "comment"]
    if not all(item.type == "string" for item in items):
        return None
    return {analysis.text(item).strip("\"'") for item in items}
