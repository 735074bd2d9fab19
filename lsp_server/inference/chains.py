"""Attribute chains that a function sets or tests itself: ``self.conv = …``, ``if isinstance(self.bn, BatchNorm2d)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import growth, names, narrowing
from lsp_server.inference.questions import Question
from lsp_server.inference.values import (
    NONE,
    NOTHING,
    Bound,
    Fact,
    Module,
    SymbolRef,
    Union,
    Unknown,
    UserFunction,
    join,
)
from lsp_server.syntax.conditions import chain
from lsp_server.syntax.flow import START, State, Timeline
from lsp_server.syntax.scopes import Origin, Scope

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


def member(analysis: Analysis, node: Node, fact: Fact) -> Fact:
    """What an attribute denotes, given what its owner has under that name. A framework's member stays one."""
    if isinstance(fact.value, (Bound, Module, SymbolRef, UserFunction)):
        return fact
    return settled(analysis, node, fact)


def settled(analysis: Analysis, node: Node, fact: Fact) -> Fact:
    """What an attribute holds at its place, given what it may hold at any time."""
    key = chain(node, analysis.document.data)
    if not key:
        return fact
    offset = node.start_byte
    scopes = names.scopes_at(analysis, offset)
    index = len(scopes) - 1
    while index and key not in scopes[index].events:
        if scopes[index].is_deferred:
            return fact
        index -= 1
    scope = scopes[index]
    known = scope.timeline(key)
    state = known.at(offset) if known is not None else START
    if index > (1 if scope.is_class else 0):
        return _either(analysis, node, scope, known, state, fact) if known is not None and state != START else fact
    outline = analysis.outline
    unit = outline.at(offset)
    if unit < 0:
        return fact
    start = outline.starts[unit]
    if not index and not all(_is_inside(known, number, start) for number, _ in state):
        # other statements of the module are not looked into, but asked
        before = analysis.ask(SET, outline.nodes[unit], key, outline.units[unit].serial)
        fact = _held(before, fact) if not isinstance(before.value, Unknown) else fact
    return _either(analysis, node, scope, known, state, fact, start) if known is not None else fact


def _is_inside(known: Timeline | None, number: int, start: int) -> bool:
    return known is not None and number >= 0 and known.bindings[number].node.start_byte >= start


def _either(
    analysis: Analysis, node: Node, scope: Scope, known: Timeline, state: State, fact: Fact, start: int = 0
) -> Fact:
    """What a chain holds if any one of some candidates does; ``fact`` stands for what happened before ``start``."""
    found: list[Fact] = []
    for number, tests in state:
        held = fact
        if _is_inside(known, number, start) and known.bindings[number].origin is not Origin.DELETED:
            binding = known.bindings[number]
            local = names.binding_fact(analysis, binding, scope)
            if growth.grows(local.value):
                last = binding if len(state) == 1 else None
                local = growth.local(analysis, local, chain(node, analysis.document.data), scope, last, node.start_byte)
            held = _held(local, fact)
        asked = [(test, holds) for test, holds in known.test_list(tests) if test.classes.start_byte >= start]
        left = narrowing.narrowed(analysis, held, asked)
        if left is not None:
            found.append(left)
    return join(found) if found else NOTHING


def _set(analysis: Analysis, unit: Node, key: str) -> Fact:
    scope = analysis.scope(analysis.document.root)
    known = scope.timeline(key)
    state = known.at(max(unit.start_byte - 1, 0)) if known is not None else START
    bindings = [known.bindings[number] for number, _ in state if known is not None and number >= 0]
    if len(bindings) < len(state) or any(binding.origin is Origin.DELETED for binding in bindings):
        return NOTHING
    return join([names.binding_fact(analysis, binding, scope) for binding in bindings])


SET = Question("set", "bound", _set, NOTHING)
"""What the module's statements have put into a chain where a unit begins; `NOTHING` if they may not have."""


def _held(local: Fact, general: Fact) -> Fact:
    """What was put into an attribute just before; what other methods put there makes it doubtful, as they may be called
    in between."""
    if isinstance(local.value, Unknown) or local.value == NONE:
        return general
    if isinstance(general.value, Unknown) or general.value == NONE:
        return local
    agrees = not isinstance(general.value, Union) and join([local, general]).value == general.value
    return local if agrees else local.likely()
