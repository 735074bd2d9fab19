"""What a plain name means where it stands: scopes, the flow of control in them, unpacking."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec
from tree_sitter import Node

from lsp_server.inference import (
    annotations,
    builtin_calls,
    containers,
    decorators,
    exports,
    functions,
    growth,
    imports,
    narrowing,
    parameters,
    rebinding,
)
from lsp_server.inference.questions import Question
from lsp_server.inference.solving import Work
from lsp_server.inference.values import (
    CIRCULAR,
    NONE,
    NOTHING,
    External,
    Fact,
    Instance,
    SymbolRef,
    Union,
    Unknown,
    UserInstance,
    join,
)
from lsp_server.syntax.flow import ENTRY, MORE, START, State
from lsp_server.syntax.scopes import Binding, Origin, Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.units import Unit

_MAX_SCOPES = 100
_SHARED = 2
"""From how many candidates on a set of them is worked out as one thing."""


class _Place(msgspec.Struct, frozen=True):
    """Where a name is looked up: the scope at ``index`` of those around it, and an offset in that scope.

    ``is_deferred``: it is looked up at any time after the offset is reached, as from the body of a function.
    ``is_asked``: a question is being answered, so that other units may be looked into.
    """

    scopes: list[Scope]
    index: int
    offset: int
    is_deferred: bool = False
    is_asked: bool = False

    @property
    def scope(self) -> Scope:
        return self.scopes[self.index]

    @property
    def is_between_units(self) -> bool:
        """Whether the scope's statements are units of the file."""
        return not self.index or (self.index == 1 and self.scopes[1].is_class)

    @property
    def outside(self) -> _Place:
        """The same in the scope around. A function runs later, all else where it stands."""
        scope = self.scopes[self.index]
        if self.is_deferred or scope.is_deferred:
            return _Place(self.scopes, self.index - 1, scope.node.end_byte, True, self.is_asked)
        return _Place(self.scopes, self.index - 1, self.offset, False, self.is_asked)


def scopes_at(analysis: Analysis, offset: int) -> list[Scope]:
    """The scopes around a place, the module's first. Remembered by stretches: most places lie beside others."""
    stretches = analysis.stretches
    index = bisect_right(stretches.starts, offset) - 1
    if index >= 0 and offset < stretches.ends[index]:
        return stretches.scopes[index]
    root = analysis.document.root
    scope = analysis.scope(root)
    found = [scope]
    start, end = 0, len(analysis.document.data) + 1
    inner = scope.inside(offset)
    while inner is not None and len(found) < _MAX_SCOPES:
        start, end, node = inner
        scope = analysis.scope(node)
        found.append(scope)
        inner = scope.inside(offset)
    if inner is None:
        start, end = scope.stretch(offset, start, end)
        stretches.starts.insert(index + 1, start)
        stretches.ends.insert(index + 1, end)
        stretches.scopes.insert(index + 1, found)
    return found


def lookup(analysis: Analysis, node: Node) -> Fact:
    """The fact of an identifier at its place."""
    scopes = scopes_at(analysis, node.start_byte)
    return _seen(analysis, analysis.text(node), _Place(scopes, len(scopes) - 1, node.start_byte))


def _seen(analysis: Analysis, name: str, place: _Place, is_inner: bool = False) -> Fact:
    """A name that the scope of the place binds, or else a scope around it."""
    while place.index:
        scope = place.scope
        if name in scope.events and not (is_inner and scope.is_class):
            break  # the names of a class body are not seen from inside its methods
        place, is_inner = place.outside, True
    if place.is_between_units and not place.is_asked:
        return _later(analysis, name, place) if place.is_deferred else _here(analysis, name, place)
    return _found(analysis, name, place)


def _found(analysis: Analysis, name: str, place: _Place) -> Fact:
    scope = place.scope
    known = scope.timeline(name)
    if known is None:
        return _either(analysis, name, place, START)
    state = known.since(place.offset) if place.is_deferred else known.at(place.offset)
    if len(state) < _SHARED or any(number == ENTRY for number, _ in state):
        return _either(analysis, name, place, state)
    # a set of candidates is one thing to work out, however many places see it: loops make many
    key = (scope.node.id, name, state)
    fact = analysis.known.get(key)
    if fact is None:
        fact = analysis.project.solver.solve(analysis, Work(key, scope.node, _worked_out, key))
    return fact


def _worked_out(analysis: Analysis, node: Node, _: int, name: str, state: State) -> Fact:
    return _either(analysis, name, _Place([analysis.scope(node)], 0, node.end_byte, True), state)


def _either(analysis: Analysis, name: str, place: _Place, state: State, unit: Unit | None = None) -> Fact:
    """What a name is if any one of some candidates holds; with a ``unit`` only what that does to it counts."""
    scope = place.scope
    known = scope.timeline(name)
    is_own = name in scope.bindings
    by_tests: dict[tuple[int, ...], list[Fact]] = {}
    first = scope.node.end_byte
    for number, tests in state:
        if number >= 0 and known is not None:
            binding = known.bindings[number]
            first = min(first, binding.node.start_byte)
            if binding.origin is Origin.DELETED or (len(state) > 1 and _is_overload(analysis, binding)):
                continue
            fact = binding_fact(analysis, binding, scope)
            if growth.grows(fact.value):
                only = binding if len(state) == 1 and not place.is_deferred else None
                fact = growth.local(
                    analysis, fact, name, scope, only, None if place.is_deferred else place.offset, unit
                )
        elif number == MORE:
            fact = NOTHING
        elif is_own and not scope.is_class and not (place.index == 0 and name in builtin_calls.NAMES):
            continue  # not bound yet, and a name that is bound here is not looked up outside
        else:
            fact = _seen(analysis, name, place.outside, True) if place.index else builtin(name)
        by_tests.setdefault(tests, []).append(fact)
    found = by_tests.pop((), [])
    for tests, facts in by_tests.items():
        left = narrowing.narrowed(analysis, join(facts), known.test_list(tests)) if known is not None else None
        if left is not None:
            found.append(left)
    if is_own:
        found += [binding_fact(analysis, *one) for one in rebinding.elsewhere(analysis, scope, name)]
    if scope.stars:
        own = join(found) if is_own and found else None
        end = scope.node.end_byte if place.is_deferred else place.offset
        return exports.with_stars(analysis, name, scope, own, first, end)
    return join(found) if found else NOTHING


def _here(analysis: Analysis, name: str, place: _Place) -> Fact:
    """A name in the body of a module or class: what this unit binds itself, else what holds where it begins."""
    outline = analysis.outline
    index = outline.at(place.offset)
    if index < 0:
        return NOTHING
    unit = outline.units[index]
    known = place.scope.timeline(name)
    state = known.at(place.offset) if known is not None else START
    inside = tuple(
        one
        for one in state
        if one[0] >= 0 and known is not None and unit.start <= known.bindings[one[0]].node.start_byte < unit.end
    )
    if len(inside) == len(state):
        return _either(analysis, name, place, state, unit)
    before = analysis.ask(HERE, outline.nodes[index], name, unit.serial)
    before = growth.within(analysis, before, name, place.scope, place.offset, unit)
    tests = {tests for number, tests in state if (number, tests) not in inside}
    if known is not None and len(tests) == 1:
        left = narrowing.narrowed(analysis, before, known.test_list(tests.pop()))
        found = [left] if left is not None else []
    else:
        found = [before]
    if any(number == MORE for number, _ in state):
        found.append(NOTHING)
    if inside:
        found.append(_either(analysis, name, place, inside, unit))
    return join(found) if found else NOTHING


def _before(analysis: Analysis, unit: Node, name: str) -> Fact:
    offset = max(unit.start_byte - 1, 0)
    scopes = scopes_at(analysis, unit.start_byte)
    return _seen(analysis, name, _Place(scopes, len(scopes) - 1, offset, is_asked=True))


def _later(analysis: Analysis, name: str, place: _Place) -> Fact:
    """A name of the module, as a function sees it: one thing, or what holds after the function is defined."""
    root = place.scope.node
    fact = analysis.ask(ANYTIME, root, name)
    if (fact.certain and not isinstance(fact.value, Union)) or isinstance(fact.value, (Unknown, External)):
        return fact
    outline = analysis.outline
    index = outline.at(place.scopes[1].node.start_byte)
    if index < 0:
        return fact
    return analysis.ask(LATER, outline.nodes[index], name, outline.units[index].serial)


def _after(analysis: Analysis, unit: Node, name: str) -> Fact:
    is_definition = unit.type in ("function_definition", "class_definition", "decorated_definition")
    offset = unit.end_byte if is_definition else max(unit.start_byte - 1, 0)
    return _in_module(analysis, name, offset, True)


def _anytime(analysis: Analysis, root: Node, name: str) -> Fact:
    return _in_module(analysis, name, 0, True)


def _of_module(analysis: Analysis, root: Node, name: str) -> Fact:
    scope = analysis.scope(root)
    if name not in scope.bindings and not scope.stars:
        return NOTHING
    fact = _in_module(analysis, name, root.end_byte, False)
    is_builtin = isinstance(fact.value, SymbolRef) and fact.value.name.startswith("builtins.")
    return NOTHING if is_builtin else fact


def _in_module(analysis: Analysis, name: str, offset: int, is_deferred: bool) -> Fact:
    scope = analysis.scope(analysis.document.root)
    return _found(analysis, name, _Place([scope], 0, offset, is_deferred, is_asked=True))


GLOBAL = Question("global", "bound", _of_module, NOTHING)
"""A name of the module's own scope, as other modules see it: when all of it has run."""
ANYTIME = Question("anytime", "bound", _anytime, NOTHING)
"""A name of the module's own scope or a built-in, whenever it is looked up."""
LATER = Question("later", "bound", _after, NOTHING)
"""The same, at any time after a unit has run."""
HERE = Question("here", "bound", _before, NOTHING)
"""A name in the body of a module or class, where a unit begins."""


def builtin(name: str) -> Fact:
    return Fact(SymbolRef(f"builtins.{name}")) if name in builtin_calls.NAMES else NOTHING


def _is_overload(analysis: Analysis, binding: Binding) -> bool:
    """``@overload``: a signature for type checkers, replaced before anybody can call it."""
    return binding.origin is Origin.DEFINITION and any(
        mark.rpartition(".")[2] == "overload" for mark in decorators.marks(analysis, binding.node)
    )


def binding_fact(analysis: Analysis, binding: Binding, scope: Scope) -> Fact:
    origin = binding.origin
    if origin is Origin.IMPORT:
        return imports.bound(analysis, binding, scope.node.parent is None)
    if scope.node.parent is None and origin in (Origin.DEFINITION, Origin.ASSIGNMENT):
        symbol = imports.own_symbol(analysis, binding.name)
        if symbol is not None and (origin is Origin.DEFINITION or not _is_object(_assigned(analysis, binding))):
            return Fact(symbol)
    if origin is Origin.DEFINITION:
        return decorators.decorated(analysis, binding.node)
    if origin is Origin.PARAMETER:
        return parameters.parameter(analysis, binding.node, scope.node)
    if origin is Origin.ASSIGNMENT:
        fact = _assigned(analysis, binding)
        return (
            fact if not isinstance(fact.value, Unknown) or binding.path else _declared(analysis, binding, scope, fact)
        )
    if origin is Origin.AUGMENTED:
        return analysis.fact(binding.node)
    if origin is Origin.LOOP:
        right = binding.node.child_by_field_name("right")
        element = containers.element(analysis, analysis.value(right)) if right is not None else NOTHING
        return containers.unpack(analysis, element, binding.path)
    if origin is Origin.WITH:
        return _entered(analysis, binding)
    if origin is Origin.MATCH:
        return narrowing.matched(analysis, binding.node)
    return NOTHING


def _is_object(fact: Fact) -> bool:
    """An instance is nobody's class or function, whatever it is documented as."""
    return isinstance(fact.value, (Instance, UserInstance))


def _assigned(analysis: Analysis, binding: Binding) -> Fact:
    node = binding.node
    annotation = node.child_by_field_name("type")
    right = node.child_by_field_name("value" if node.type == "named_expression" else "right")
    while right is not None and right.type == "assignment":
        right = right.child_by_field_name("right")
    if annotation is not None and not binding.path:
        annotated = annotations.fact(analysis, annotation)
        held = analysis.value(right) if right is not None and isinstance(annotated.value, Union) else NOTHING
        if not isinstance(held.value, Unknown) and held.value != NONE:
            return held  # it says which one of several
        if annotated is not NOTHING:
            return annotated
    if right is None:
        return NOTHING
    if not binding.path:
        return analysis.value(right) if not _is_alias(analysis, right) else analysis.fact(right)
    return containers.unpack(analysis, analysis.value(right), binding.path, right)


def _declared(analysis: Analysis, binding: Binding, scope: Scope, fact: Fact) -> Fact:
    """A value that nobody knows, put under a name that is annotated elsewhere in the function, is most likely of that
    type."""
    if fact is CIRCULAR or not scope.is_deferred:
        return fact
    for other in scope.bindings.get(binding.name, ()):
        annotation = other.node.child_by_field_name("type") if other is not binding else None
        if annotation is not None and other.origin in (Origin.PARAMETER, Origin.ASSIGNMENT):
            return annotations.fact(analysis, annotation).likely()
    return fact


def _is_alias(analysis: Analysis, node: Node) -> bool:
    """``act = F.relu``, ``to_f32 = x.float``: the name then stands for the member itself."""
    return node.type in ("identifier", "attribute") and analysis.fact(node) == analysis.value(node)


def _entered(analysis: Analysis, binding: Binding) -> Fact:
    value = binding.node.named_children[0] if binding.node.named_children else None
    fact = analysis.value(value) if value is not None else NOTHING
    return functions.entered(analysis, fact)
