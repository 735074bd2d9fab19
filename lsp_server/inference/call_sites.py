"""Where the functions and classes of a file are called in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.catalog.model import FORWARD
from lsp_server.inference import arguments, classes, decorators, definitions, lineage, merging
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Fact,
    Instance,
    UserClass,
    UserFunction,
    UserInstance,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_CALLS = re.compile(rb"\([ \t]*([\w\x80-\xff]+)")
MOST_SITES = 16
_MOST_CANDIDATES = 64
_CONSTRUCTORS = ("__init__", "__new__")


def passed(analysis: Analysis, function: Node, parameter: int) -> list[Fact]:
    """What the calls of a function, method or constructor in its own file pass for a parameter, by its place; as far
    as they are understood."""
    found: list[Fact] = []
    for name in _called_names(analysis, function):
        found.append(analysis.ask(PASSED, function, f"{name}.{parameter}"))
    return [fact for fact in found if fact.value != UNKNOWN]


def _passed(analysis: Analysis, function: Node, key: str) -> Fact:
    """What the calls by one name pass for the parameter at a place: ``forward.1``."""
    name, _, place = key.partition(".")
    parameters = definitions.parameters(analysis, function)
    if int(place) >= len(parameters.nodes):
        return NOTHING  # asked about another version of the function
    node = parameters.nodes[int(place)]
    facts: list[Fact] = []
    sites = 0
    for call in _named(analysis, name):
        skipped = _skipped(analysis, call, function)
        bound = arguments.bind(analysis, call, parameters, skipped) if skipped is not None else None
        if bound is None:
            continue
        argument = bound.given.get(node.id)
        if argument is not None:
            facts.append(analysis.value(argument))
        sites += 1
        if sites == MOST_SITES:
            break
    return _together(analysis, facts)


def _together(analysis: Analysis, facts: list[Fact]) -> Fact:
    """None and what is not known tell nothing; a number stands for the numbers that other calls pass."""
    telling = [_general(fact) for fact in facts if fact.value not in (UNKNOWN, Constant(None))]
    return merging.joined(analysis, telling) if telling else NOTHING


def _general(fact: Fact) -> Fact:
    if isinstance(fact.value, Constant):
        return Fact(Instance(type(fact.value.value).__name__), fact.certain)
    return fact


def _called_names(analysis: Analysis, function: Node) -> list[str]:
    """The names by which the function is called, if it is."""
    node = function.child_by_field_name("name")
    if node is None:
        return []
    name = analysis.text(node)
    cls = definitions.enclosing_class(function)
    if cls is None:
        return [name]
    owner = UserClass(analysis.source(cls))
    if name in _CONSTRUCTORS:
        return [*(_name(one) for one in (owner, *lineage.derived(owner))), name, "cls"]
    if name not in FORWARD.values() and name != "__call__":
        return [name]
    holders = [holder for one in (owner, *lineage.derived(owner)) for holder in analysis.ask(HOLDERS, cls, _name(one))]
    return list(dict.fromkeys((name, *holders)))


def _name(cls: UserClass) -> str:
    node = cls.definition.node.child_by_field_name("name")
    return cls.definition.analysis.text(node) if node is not None else ""


def _holders(analysis: Analysis, _: Node, cls: str) -> tuple[str, ...]:
    """The names and attributes that hold an object of a class: ``self.block = Block(3)``."""
    found: list[str] = []
    for call in _named(analysis, cls, limit=MOST_SITES):
        parent = call.parent
        left = parent.child_by_field_name("left") if parent is not None and parent.type == "assignment" else None
        if left is not None and left.type == "attribute":
            left = left.child_by_field_name("attribute")
        if left is not None and left.type == "identifier":
            found.append(analysis.text(left))
    return tuple(dict.fromkeys(found))


def offsets(analysis: Analysis, name: str) -> list[int]:
    """Where a name stands that an opening bracket follows."""
    return kept(analysis, "calls by name", 0, lambda: _index(analysis.document.data)).get(name.encode(), [])


def _named(analysis: Analysis, name: str, limit: int = _MOST_CANDIDATES) -> Iterator[Node]:
    """The calls of a name, or of an attribute of that name."""
    for offset in offsets(analysis, name)[:limit]:
        node = analysis.document.root.named_descendant_for_byte_range(offset, offset)
        if node is None or node.type != "identifier":
            continue
        callee = node.parent
        if callee is not None and callee.type == "attribute":
            call = callee.parent
        else:
            callee, call = node, callee
        if call is not None and call.type == "call" and call.child_by_field_name("function") == callee:
            yield call


def _index(data: bytes) -> dict[bytes, list[int]]:
    """The offsets of all names that an opening bracket follows. Read backwards, where a bracket is quickly found."""
    found: dict[bytes, list[int]] = {}
    size = len(data)
    for match in _CALLS.finditer(data[::-1]):
        found.setdefault(match[1][::-1], []).append(size - match.end())
    return {name: offsets[::-1] for name, offsets in found.items()}


def _skipped(analysis: Analysis, call: Node, function: Node) -> int | None:
    """How many parameters a call passes by itself; None if it is no call of the function."""
    callee = call.child_by_field_name("function")
    if callee is None:
        return None
    fact = analysis.fact(callee)
    value = fact.value
    if isinstance(value, UserFunction):
        if value.definition.node == function:
            return 1 if value.bound is not None else 0
        return _overridden(value, function)
    if isinstance(value, UserClass):
        found = next(filter(None, (classes.find_method(value, name) for name in _CONSTRUCTORS)), None)
    elif isinstance(value, UserInstance):
        names = (*FORWARD.values(), "__call__")
        found = next(filter(None, (classes.find_method(value.cls, name) for name in names)), None)
    else:
        return None
    return 1 if found is not None and found.definition.node == function else None


def _overridden(called: UserFunction, function: Node) -> int | None:
    """``self.head(x)`` in a base class calls the ``head`` of the classes derived from it."""
    bound = called.bound
    cls = definitions.enclosing_class(function)
    if not isinstance(bound, UserInstance) or bound.call is not None or cls is None:
        return None
    analysis = bound.cls.definition.analysis
    theirs, own = called.definition.node.child_by_field_name("name"), function.child_by_field_name("name")
    if own is None or theirs is None or analysis.text(own) != called.definition.analysis.text(theirs):
        return None
    is_static = decorators.is_static(analysis, function)
    return (0 if is_static else 1) if lineage.is_derived(UserClass(analysis.source(cls)), bound.cls) else None


PASSED = Question("passed", "called", _passed, NOTHING)
HOLDERS: Question[tuple[str, ...]] = Question("holders", "called", _holders, ())
