"""What a name means outside the running functions: imports, definitions and constants of modules."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.inference import imports, names
from lsp_server.inference import values as facts
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import UserClass
from lsp_server.state.code import code
from lsp_server.state.frames import Frame, Machine
from lsp_server.state.slices import loaded_value
from lsp_server.state.values import UNKNOWN, Dict, Function, List, Namespace, Symbol, Value, same
from lsp_server.syntax.scopes import COMPREHENSIONS, Binding, Origin, Scope, reaching, scope_of

CONSTANTS: dict[str, Value] = {
    "math.pi": math.pi,
    "math.e": math.e,
    "math.inf": math.inf,
    "numpy.pi": math.pi,
    "torch.pi": math.pi,
}
_RUNNING = (Origin.ASSIGNMENT, Origin.LOOP)
_CHANGES = rb"(?<![\w.])%s\s*(\[[^\]\n]*\]\s*[-+*/]?=[^=]|[-+*/]=|\.(append|extend|update|insert|pop|remove|clear|" \
    rb"setdefault|sort|reverse|add)\()"  # fmt: skip

_HELD = rb"(?m)^\w+\s*=\s*[\[(][^\])\n]*(?<![\w.])%s\s*[,\])]"
"""Another global holds it, and may be what it is changed through."""


def to_value(analysis: Analysis, value: facts.Value) -> Value:
    """A fact of the inference floor as a value of this one."""
    if isinstance(value, facts.Module):
        return Namespace(value.name, value.path)
    if isinstance(value, facts.SymbolRef):
        return Symbol(value.name)
    if isinstance(value, facts.External):
        return Symbol(f"{value.module}.{value.name}")
    if isinstance(value, UserClass):
        return value
    if isinstance(value, facts.UserFunction):
        return Function(value.definition)
    return UNKNOWN


def static_value(machine: Machine, analysis: Analysis, node: Node, name: str) -> Value:
    """A name where it stands in the source, as in a module's own statements."""
    scope = analysis.scope(scope_of(node))
    own = scope.bindings.get(name)
    if own and scope.node.type not in COMPREHENSIONS:
        found = reaching(scope, name, node.start_byte)
        if found:
            return _agreed(machine, analysis, found, scope)
    while scope.node.parent is not None:
        scope = analysis.scope(scope_of(scope.node))
        bindings = scope.bindings.get(name) if scope.node.type != "class_definition" else None
        if bindings:
            if scope.node.parent is None:
                return global_value(machine, analysis, name)
            return _agreed(machine, analysis, bindings, scope)
    return global_value(machine, analysis, name)


def global_value(machine: Machine, analysis: Analysis, name: str) -> Value:
    """A name of a module's own scope, or a built-in."""
    key = (id(analysis), name)
    if key not in machine.globals:
        machine.globals[key] = UNKNOWN  # a definition that needs itself
        machine.globals[key] = _global(machine, analysis, name)
    return machine.globals[key]


def _global(machine: Machine, analysis: Analysis, name: str) -> Value:
    scope = analysis.scope(analysis.document.root)
    bindings = scope.bindings.get(name)
    if bindings:
        value = _agreed(machine, analysis, bindings, scope)
        if value is UNKNOWN and any(binding.origin in _RUNNING for binding in bindings):
            return loaded_value(machine, analysis, name)
        return value
    for other in _starred(analysis):
        if _has(other, name):
            return global_value(machine, other, name)
    value = to_value(analysis, analysis.global_fact(name).value)
    return value if value is not UNKNOWN else Symbol(f"builtins.{name}")


def _starred(analysis: Analysis) -> Iterator[Analysis]:
    """The modules whose names a module takes with ``from … import *``."""
    for star in analysis.scope(analysis.document.root).stars:
        module = star.child_by_field_name("module_name")
        text = analysis.text(module) if module is not None else ""
        other = analysis.project.module(text, analysis) if framework_of(text) is None else None
        if other is not None and other is not analysis:
            yield other


def _has(analysis: Analysis, name: str, deep: int = 4) -> bool:
    """Whether a module binds a name, or takes it from one that does."""
    if name in analysis.scope(analysis.document.root).bindings:
        return True
    return deep > 0 and any(_has(other, name, deep - 1) for other in _starred(analysis))


def _agreed(machine: Machine, analysis: Analysis, bindings: list[Binding], scope: Scope) -> Value:
    """The value of all bindings, if it is one and the same and nothing changes it in place."""
    doubt = machine.doubt
    machine.doubt = 0
    try:
        values = [_bound(machine, analysis, binding, scope) for binding in bindings]
    finally:
        machine.doubt = doubt
    first = values[0]
    if any(not same(first, other) for other in values[1:]):
        return UNKNOWN
    if isinstance(first, (List, Dict)) and _is_changed(analysis, bindings[0].name):
        return UNKNOWN
    return first


def _is_changed(analysis: Analysis, name: str) -> bool:
    pattern = re.escape(name.encode())
    return any(re.search(form % pattern, analysis.document.data) for form in (_CHANGES, _HELD))


def _bound(machine: Machine, analysis: Analysis, binding: Binding, scope: Scope) -> Value:
    if binding.origin is Origin.IMPORT:
        return _imported(machine, analysis, binding, scope)
    if binding.origin is Origin.DEFINITION:
        return _defined(machine, analysis, binding.node)
    if binding.origin is not Origin.ASSIGNMENT:
        return UNKNOWN
    right = binding.node.child_by_field_name("value" if binding.node.type == "named_expression" else "right")
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    if right is None:
        return UNKNOWN
    machine.step()
    value = code(analysis, right)(Frame(machine, analysis, is_static=True))
    for index in binding.path:
        items = value.items if isinstance(value, List) else value
        value = items[index] if isinstance(items, (tuple, list)) and -len(items) <= index < len(items) else UNKNOWN
    return value


def _defined(machine: Machine, analysis: Analysis, node: Node) -> Value:
    from lsp_server.state.decorators import decorated

    if node.type == "class_definition":
        return UserClass(analysis.source(node))
    frame = Frame(machine, analysis, is_static=True)
    return decorated(frame, Function(analysis.source(node)))


def _imported(machine: Machine, analysis: Analysis, binding: Binding, scope: Scope) -> Value:
    node = binding.node
    statement = node.parent
    target = node.child_by_field_name("name") if node.type == "aliased_import" else node
    if statement is not None and statement.type == "import_from_statement" and target is not None:
        module = statement.child_by_field_name("module_name")
        if module is not None:
            return from_module(machine, analysis, analysis.text(module), analysis.text(target))
    return to_value(analysis, names.binding_fact(analysis, binding, scope).value)


def imported_names(machine: Machine, analysis: Analysis, statement: Node) -> dict[str, Value]:
    """What an import statement inside a function binds."""
    found: dict[str, Value] = {}
    scope = analysis.scope(scope_of(statement))
    for name, bindings in scope.bindings.items():
        for binding in bindings:
            if binding.origin is Origin.IMPORT and binding.node.parent == statement:
                found[name] = _imported(machine, analysis, binding, scope)
    return found


def from_module(machine: Machine, analysis: Analysis, module: str, name: str) -> Value:
    """``from module import name``; constants of workspace modules included."""
    if framework_of(module) is None:
        other = analysis.project.module(module, analysis)
        if other is not None and other is not analysis and _has(other, name):
            return global_value(machine, other, name)
    value = to_value(analysis, imports.from_module(analysis, module, name).value)
    return CONSTANTS.get(value.name, value) if isinstance(value, Symbol) else value


def namespace_member(machine: Machine, analysis: Analysis, owner: Namespace, name: str) -> Value:
    """``module.name``."""
    if framework_of(owner.name) is not None:
        return to_value(analysis, imports.dotted_fact(analysis, f"{owner.name}.{name}").value)
    if owner.path is not None:
        home = analysis.project.at(owner.path, analysis)
        if home is not None and name in home.scope(home.document.root).bindings:
            return global_value(machine, home, name)
        fact = imports.module_member(analysis, facts.Module(owner.name, owner.path), name)
        if isinstance(fact.value, facts.Module):
            return to_value(analysis, fact.value)
        if home is not None:
            return global_value(machine, home, name)
    return from_module(machine, analysis, owner.name, name)
