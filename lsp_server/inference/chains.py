"""Attribute chains that a function sets or tests itself: ``self.conv = …``, ``if isinstance(self.bn, BatchNorm2d)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import growth, names, narrowing
from lsp_server.inference.values import NONE, Bound, Fact, Module, SymbolRef, Union, Unknown, UserFunction, join
from lsp_server.syntax.conditions import chain
from lsp_server.syntax.flow import START
from lsp_server.syntax.scopes import Origin

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
    for scope in reversed(names.scopes_at(analysis, offset)):
        known = scope.timeline(key)
        if known is not None:
            break
        if scope.is_deferred:
            return fact
    else:
        return fact
    state = known.at(offset)
    if state == START:
        return fact
    found: list[Fact] = []
    for number, tests in state:
        held = fact
        binding = known.bindings[number] if number >= 0 else None
        if binding is not None and binding.origin is not Origin.DELETED:
            local = names.binding_fact(analysis, binding, scope)
            if growth.grows(local.value):
                local = growth.local(analysis, local, key, scope, binding if len(state) == 1 else None, offset)
            held = _held(local, fact)
        left = narrowing.narrowed(analysis, held, known.test_list(tests))
        if left is not None:
            found.append(left)
    return join(found)


def _held(local: Fact, general: Fact) -> Fact:
    """What was put into an attribute just before; what other methods put there makes it doubtful, as they may be called
    in between."""
    if isinstance(local.value, Unknown) or local.value == NONE:
        return general
    if isinstance(general.value, Unknown) or general.value == NONE:
        return local
    agrees = not isinstance(general.value, Union) and join([local, general]).value == general.value
    return local if agrees else local.likely()
