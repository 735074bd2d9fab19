"""What a plain name means where it stands: scopes, imports, parameters, unpacking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import FORWARD, FRAMEWORKS, LAYERS, TENSORS
from lsp_server.inference import annotations, classes, containers
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    External,
    Fact,
    Instance,
    Module,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
    join,
)
from lsp_server.syntax.scopes import COMPREHENSIONS, Binding, Origin, Scope, parameter_name, reaching, scope_of

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_BUILTINS = {"abs", "bool", "dict", "enumerate", "float", "getattr", "int", "isinstance", "iter", "len", "list", "max",
    "min", "next", "range", "reversed", "round", "sorted", "str", "sum", "super", "tuple", "zip"}  # fmt: skip


def lookup(analysis: Analysis, node: Node) -> Fact:
    """The fact of an identifier at its place."""
    name = analysis.text(node)
    scope = analysis.scope(scope_of(node))
    own = scope.bindings.get(name)
    if own and scope.node.type not in COMPREHENSIONS:
        found = reaching(own, node)
        if found:
            return join([binding_fact(analysis, binding, scope) for binding in found])
    elif own:
        return join([binding_fact(analysis, binding, scope) for binding in own])
    return _enclosing(analysis, name, scope)


def _enclosing(analysis: Analysis, name: str, scope: Scope) -> Fact:
    """Look a name up outside the scope that uses it: any of the bindings may hold by then, so all must agree."""
    while True:
        star = _star(analysis, name, scope)
        if star is not None:
            return star
        if scope.node.parent is None:
            return Fact(SymbolRef(f"builtins.{name}")) if name in _BUILTINS else NOTHING
        outer = scope_of(scope.node)
        while outer.type == "class_definition":
            outer = scope_of(outer)  # the names of a class body are not seen from inside its methods
        scope = analysis.scope(outer)
        bindings = scope.bindings.get(name)
        if bindings:
            return join([binding_fact(analysis, binding, scope) for binding in bindings])


def module_name(analysis: Analysis, name: str) -> Fact:
    """A name of the module's own scope, as another module imports it."""
    scope = analysis.scope(analysis.document.root)
    bindings = scope.bindings.get(name)
    if bindings:
        return join([binding_fact(analysis, binding, scope) for binding in bindings])
    star = _star(analysis, name, scope)
    return star if star is not None else NOTHING


def _star(analysis: Analysis, name: str, scope: Scope) -> Fact | None:
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


def binding_fact(analysis: Analysis, binding: Binding, scope: Scope) -> Fact:
    origin = binding.origin
    if origin is Origin.IMPORT:
        return _import(analysis, binding)
    if origin is Origin.DEFINITION:
        source = analysis.source(binding.node)
        if binding.node.type == "class_definition":
            return Fact(UserClass(source))
        return Fact(UserFunction(source)) if classes.keeps_type(analysis, binding.node) else NOTHING
    if origin is Origin.PARAMETER:
        return parameter(analysis, binding.node, scope.node)
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


def parameter(analysis: Analysis, node: Node, function: Node) -> Fact:
    """What a parameter holds: the object for ``self``, else its annotation, else what its role says."""
    name = parameter_name(node)
    if name is None or node.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        return NOTHING
    cls = classes.enclosing_class(function)
    if cls is not None and _is_first(node, function):
        user_class = UserClass(analysis.source(cls))
        decorators = classes.decorators(analysis, function)
        if "classmethod" in decorators or analysis.text(name) == "cls":
            return Fact(user_class)
        if "staticmethod" not in decorators:
            return Fact(UserInstance(user_class))
    annotation = node.child_by_field_name("type")
    if annotation is not None:
        annotated = annotations.fact(analysis, annotation)
        if annotated is not NOTHING:
            return annotated
    default = node.child_by_field_name("value")
    if default is not None and default.type not in ("none",):
        fact = analysis.value(default)
        if isinstance(fact.value, Constant) and fact.value.value is not None:
            # a caller may pass another number, hardly another type
            return Fact(Instance(type(fact.value.value).__name__), certain=False)
        if isinstance(fact.value, (Instance, UserClass, UserFunction, SymbolRef, Module)):
            return fact.likely()
    if annotation is None and default is None and cls is not None:
        return _role(analysis, function, cls)
    return NOTHING


def _role(analysis: Analysis, function: Node, cls: Node) -> Fact:
    """The arguments of ``forward`` and ``construct`` are tensors unless something else is shown."""
    name = function.child_by_field_name("name")
    if name is None or analysis.text(name) not in FORWARD.values():
        return NOTHING
    bases = classes.framework_classes(analysis, UserInstance(UserClass(analysis.source(cls))))
    for base in bases:
        for framework in FRAMEWORKS:
            if analysis.catalog.is_subclass(base, LAYERS[framework]):
                return Fact(Instance(TENSORS[framework]), certain=False)
    return NOTHING


def _is_first(node: Node, function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return parameters is not None and bool(parameters.named_children) and parameters.named_children[0] == node


def _import(analysis: Analysis, binding: Binding) -> Fact:
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
