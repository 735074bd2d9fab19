"""What the parameters of the user's functions hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.model import LAYERS
from lsp_server.inference import (
    annotations,
    call_sites,
    classes,
    decorators,
    definitions,
    lineage,
    merging,
    roles,
    usage,
)
from lsp_server.inference.questions import Question
from lsp_server.inference.solving import Work
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    Module,
    Repeated,
    Returns,
    Sequence,
    SymbolRef,
    UserClass,
    UserFunction,
    UserInstance,
    alternatives,
)
from lsp_server.syntax.scopes import parameter_name

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_VAGUE = (Repeated(UNKNOWN), Constant(None))
_ROOTS = tuple(LAYERS.values())
_TELLING = (Instance, UserInstance, UserClass, UserFunction, SymbolRef, Module, Sequence, Repeated, Returns)


def parameter(analysis: Analysis, node: Node, function: Node) -> Fact:
    """What a parameter holds: what a call passes if one call is looked at; the object for ``self``; else what its
    annotation says, its default, the calls of the function in the file, its role."""
    given = analysis.given.get(node.id)
    if given is not None:
        return given
    home, key = analysis.home, ("parameter", node.id)
    known = home.known.get(key)
    return known if known is not None else home.project.solver.solve(home, Work(key, node, _parameter, (function,)))


def _parameter(analysis: Analysis, node: Node, function: Node) -> Fact:
    name = parameter_name(node)
    if name is None:
        return NOTHING
    cls = definitions.enclosing_class(function)
    if cls is not None and _is_first(node, function):
        user_class = UserClass(analysis.source(cls))
        if decorators.is_for_class(analysis, function) or analysis.text(name) in ("cls", "mcs"):
            return Fact(user_class)
        if not decorators.is_static(analysis, function):
            return Fact(UserInstance(user_class))
    annotation = node.child_by_field_name("type")
    said = annotations.fact(analysis, annotation) if annotation is not None else NOTHING
    if node.type in ("list_splat_pattern", "dictionary_splat_pattern") or _is_starred(node):
        if said.value == UNKNOWN and cls is not None:
            said = roles.of_method(analysis, node, analysis.text(name), function, cls)
        return _several(node, said)
    if said.value != UNKNOWN and not _is_vague(said):
        return said
    default = node.child_by_field_name("value")
    usual = _default(analysis, default) if default is not None else NOTHING
    if usual.value != UNKNOWN and not isinstance(usual.value, (UserClass, SymbolRef)):
        return usual
    called = _called(analysis, node, function)
    if usual.value != UNKNOWN:
        return _any_class(analysis, [one for one in (usual, called) if one.value != UNKNOWN])
    if said.value != UNKNOWN:
        return called if called.value != UNKNOWN else said
    if called.value != UNKNOWN or annotation is not None:
        return called
    return _role(analysis, node, function, cls)


def _any_class(analysis: Analysis, facts: list[Fact]) -> Fact:
    """What callers pass instead of a class of layers is another one, whose name nobody knows here."""
    roots: list[Fact] = []
    for fact in facts:
        for value in alternatives(fact.value):
            root = LAYERS.get(framework_of(value.name) or "torch") if isinstance(value, SymbolRef) else None
            if root is not None and isinstance(value, SymbolRef) and analysis.catalog.is_subclass(value.name, root):
                roots.append(Fact(SymbolRef(root)))
    return merging.joined(analysis, [*facts, *roots]).likely()


def _role(analysis: Analysis, node: Node, function: Node, cls: Node | None) -> Fact:
    """What a parameter is that nobody declares or passes: by what the function is for, and what it does with it."""
    identifier = parameter_name(node)
    name = analysis.text(identifier) if identifier is not None else ""
    fact = roles.of_method(analysis, node, name, function, cls) if cls is not None else NOTHING
    if fact.value == UNKNOWN and cls is not None:
        fact = _overridden(analysis, node, function, cls)
    if fact.value == UNKNOWN:
        fact = roles.of_callback(analysis, node, function)
    return fact if fact.value != UNKNOWN else usage.of_parameter(analysis, name, function)


def _is_vague(said: Fact) -> bool:
    value = said.value
    return value in _VAGUE or isinstance(value, Returns) or (isinstance(value, SymbolRef) and value.name in _ROOTS)


def _is_starred(node: Node) -> bool:
    return node.type == "typed_parameter" and node.named_children[0].type.endswith("splat_pattern")


def _several(node: Node, said: Fact) -> Fact:
    """``*layers: nn.Module`` is a tuple of them."""
    kind = node.named_children[0].type if node.type == "typed_parameter" else node.type
    if kind != "list_splat_pattern":
        return NOTHING
    return Fact(Repeated(said.value), said.certain) if said.value != UNKNOWN else Fact(Repeated(UNKNOWN))


def _default(analysis: Analysis, default: Node) -> Fact:
    """A caller may pass another number, hardly another type."""
    if default.type == "none":
        return NOTHING
    fact = analysis.value(default)
    value = fact.value
    if isinstance(value, Constant):
        return Fact(Instance(type(value.value).__name__), certain=False) if value.value is not None else NOTHING
    if isinstance(value, Sequence):
        return Fact(Sequence(value.items), certain=False) if value.items else NOTHING
    return fact.likely() if isinstance(value, _TELLING) else NOTHING


def _called(analysis: Analysis, node: Node, function: Node) -> Fact:
    """What the calls of the function in this file pass. Others may call it too: never certain."""
    nodes = definitions.parameters(analysis, function).nodes
    place = next((index for index, one in enumerate(nodes) if one == node), None)
    if place is None or function.type == "lambda":
        return NOTHING
    facts = call_sites.passed(analysis, function, place)
    return merging.joined(analysis, facts).likely() if facts else NOTHING


def _overridden(analysis: Analysis, node: Node, function: Node, cls: Node) -> Fact:
    """What the method that this one overrides declares for the parameter in its place."""
    name = function.child_by_field_name("name")
    places = [one for _, one in definitions.parameters(analysis, function).positional]
    if name is None or node not in places:
        return NOTHING
    for fact in lineage.lineage(UserClass(analysis.source(cls)))[1:]:
        if isinstance(fact.value, UserClass):
            home = fact.value.definition.analysis
            said = home.ask(DECLARED, fact.value.definition.node, analysis.text(name))
            if said:
                place = places.index(node)
                return said[place].likely() if place < len(said) else NOTHING
    return NOTHING


def _declared(analysis: Analysis, cls: Node, name: str) -> tuple[Fact, ...]:
    """What a method of a class declares for its positional parameters; empty if there is none."""
    binding = classes.table(UserClass(analysis.source(cls))).methods.get(name)
    if binding is None:
        return ()
    found: list[Fact] = []
    for _, node in definitions.parameters(analysis, binding.node).positional:
        annotation = node.child_by_field_name("type")
        found.append(annotations.fact(analysis, annotation) if annotation is not None else NOTHING)
    return tuple(found)


DECLARED: Question[tuple[Fact, ...]] = Question("declared", "member", _declared, ())


def _is_first(node: Node, function: Node) -> bool:
    parameters = function.child_by_field_name("parameters")
    return parameters is not None and bool(parameters.named_children) and parameters.named_children[0] == node
