"""What a plain name means where it stands: scopes, imports, parameters, unpacking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, classes, containers, imports, parameters
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NOTHING,
    Fact,
    Instance,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
    join,
)
from lsp_server.syntax.scopes import COMPREHENSIONS, Binding, Origin, Scope, reaching, scope_of

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_BUILTINS = {"abs", "bool", "dict", "enumerate", "float", "getattr", "int", "isinstance", "iter", "len", "list", "max",
    "min", "next", "range", "reversed", "round", "sorted", "str", "sum", "super", "tuple", "zip"}  # fmt: skip


def lookup(analysis: Analysis, node: Node) -> Fact:
    """The fact of an identifier at its place."""
    name = analysis.text(node)
    scope = analysis.scope(scope_of(node))
    own = scope.bindings.get(name)
    if scope.node.parent is None or scope.node.type == "class_definition":
        return _between_units(analysis, node, name, own, scope)
    if own and scope.node.type not in COMPREHENSIONS:
        found = reaching(own, node)
        if found:
            return join([binding_fact(analysis, binding, scope) for binding in found])
    elif own:
        return join([binding_fact(analysis, binding, scope) for binding in own])
    return _enclosing(analysis, name, scope)


def _between_units(analysis: Analysis, node: Node, name: str, own: list[Binding] | None, scope: Scope) -> Fact:
    """A name in the body of a module or class: what this unit binds itself, else what holds where it begins."""
    outline = analysis.outline
    index = outline.at(node.start_byte)
    if index < 0:
        return NOTHING
    unit = outline.units[index]
    found = reaching(own, node) if own else []
    inside = [binding for binding in found if unit.start <= binding.node.start_byte < unit.end]
    if len(inside) < len(found) or not found:
        before = analysis.ask(HERE, outline.nodes[index], name, unit.serial)
        if not inside:
            return before
    return join([binding_fact(analysis, binding, scope) for binding in found])


def _before(analysis: Analysis, unit: Node, name: str) -> Fact:
    scope = analysis.scope(scope_of(unit))
    own = scope.bindings.get(name)
    found = reaching(own, unit) if own else []
    if found:
        return join([binding_fact(analysis, binding, scope) for binding in found])
    return _enclosing(analysis, name, scope)


def _enclosing(analysis: Analysis, name: str, scope: Scope) -> Fact:
    """Look a name up outside the scope that uses it: any of the bindings may hold by then, so all must agree."""
    while scope.node.parent is not None:
        outer = scope_of(scope.node)
        while outer.type == "class_definition":
            outer = scope_of(outer)  # the names of a class body are not seen from inside its methods
        scope = analysis.scope(outer)
        if outer.parent is None:
            break
        bindings = scope.bindings.get(name)
        if bindings:
            return join([binding_fact(analysis, binding, scope) for binding in bindings])
    else:
        found = imports.star(analysis, name, scope)
        return found if found is not None else _builtin(name)
    found = analysis.ask(GLOBAL, scope.node, name)
    return _builtin(name) if found == NOTHING and name not in scope.bindings else found


def _builtin(name: str) -> Fact:
    return Fact(SymbolRef(f"builtins.{name}")) if name in _BUILTINS else NOTHING


def _of_module(analysis: Analysis, root: Node, name: str) -> Fact:
    scope = analysis.scope(root)
    bindings = scope.bindings.get(name)
    if bindings:
        return join([binding_fact(analysis, binding, scope) for binding in bindings])
    star = imports.star(analysis, name, scope)
    return star if star is not None else NOTHING


GLOBAL = Question("global", "bound", _of_module, NOTHING)
"""A name of the module's own scope, as functions and other modules see it."""
HERE = Question("here", "bound", _before, NOTHING)
"""A name in the body of a module or class, where a unit begins."""


def binding_fact(analysis: Analysis, binding: Binding, scope: Scope) -> Fact:
    origin = binding.origin
    if origin is Origin.IMPORT:
        return imports.bound(analysis, binding)
    if origin is Origin.DEFINITION:
        source = analysis.source(binding.node)
        if binding.node.type == "class_definition":
            return Fact(UserClass(source))
        return Fact(UserFunction(source)) if classes.keeps_type(analysis, binding.node) else NOTHING
    if origin is Origin.PARAMETER:
        return parameters.parameter(analysis, binding.node, scope.node)
    if origin is Origin.ASSIGNMENT:
        return _assigned(analysis, binding)
    if origin is Origin.AUGMENTED:
        return analysis.fact(binding.node)
    if origin is Origin.LOOP:
        right = binding.node.child_by_field_name("right")
        element = containers.element(analysis, analysis.value(right)) if right is not None else NOTHING
        return containers.unpack(analysis, element, binding.path)
    if origin is Origin.WITH:
        return _entered(analysis, binding)
    return NOTHING


def _assigned(analysis: Analysis, binding: Binding) -> Fact:
    node = binding.node
    annotation = node.child_by_field_name("type")
    right = node.child_by_field_name("value" if node.type == "named_expression" else "right")
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    if annotation is not None and not binding.path:
        annotated = annotations.fact(analysis, annotation)
        if annotated is not NOTHING:
            return annotated
    if right is None:
        return NOTHING
    if not binding.path:
        return analysis.value(right) if not _is_alias(analysis, right) else analysis.fact(right)
    return containers.unpack(analysis, analysis.value(right), binding.path, right)


def _is_alias(analysis: Analysis, node: Node) -> bool:
    """``act = F.relu``, ``to_f32 = x.float``: the name then stands for the member itself."""
    return node.type in ("identifier", "attribute") and analysis.fact(node) == analysis.value(node)


def _entered(analysis: Analysis, binding: Binding) -> Fact:
    value = binding.node.named_children[0] if binding.node.named_children else None
    fact = analysis.value(value) if value is not None else NOTHING
    return fact if isinstance(fact.value, (Instance, UserInstance)) else NOTHING
