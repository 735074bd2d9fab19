"""Where a literal string must be a name of a module's state: keys that are read from its ``state_dict()``, and names
given to ``get_parameter`` and ``get_buffer``. The ground of TS118 and TS127."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

import msgspec
from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.searching import has, matches
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound
from lsp_server.state.model import ModuleState
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin, scope_of

_KEYS = Pattern(
    """(subscript value: [(call) (identifier)] @holder subscript: (string) @key) @whole
       (call function: (attribute object: [(call) (identifier)] @holder attribute: (identifier) @pop)
             arguments: (argument_list . (string) @key .) (#eq? @pop "pop")) @whole"""
)
_GETS = Pattern(
    """(call function: (attribute attribute: (identifier) @name) arguments: (argument_list . (string) @key)
             (#any-of? @name "get_parameter" "get_buffer")) @call"""
)
_DICTIONARY = re.compile(rb"state_dict\(\)")
_STRING = re.compile(rb"\[\s*\w*[\"']|\bpop\b")
_NAMED = re.compile(rb"\bget_(parameter|buffer)\b")
_CHANGES = r"\b{name}\.(update|pop|setdefault)\(|\b{name}\[[^\]]*\]\s*=(?!=)"


class StateKey(msgspec.Struct, frozen=True):
    """One such string, and the state that it must name something of, which is wholly known."""

    node: Node
    name: str
    state: ModuleState
    kind: Literal["", "parameter", "buffer"]
    """What it must be; empty: anything that is saved."""


def state_keys(analysis: Analysis) -> tuple[StateKey, ...]:
    """The keys of a file; worked out once."""
    cache = cast("dict[int, tuple[StateKey, ...]]", analysis.caches.setdefault("findings.state_keys", {}))
    if 0 not in cache:
        cache[0] = tuple(_all(analysis))
    return cache[0]


def _all(analysis: Analysis) -> Iterator[StateKey]:
    if has(analysis, _DICTIONARY):
        for captures in matches(analysis, _KEYS, _STRING):
            owner = _owner(analysis, captures["holder"][0], captures["whole"][0])
            if owner is not None and not _is_written(captures["whole"][0]):
                yield from _key(analysis, owner, captures["key"][0], "")
    for captures in matches(analysis, _GETS, _NAMED):
        call, name = captures["call"][0], analysis.text(captures["name"][0])
        owner = shapes.receiver(call)
        if owner is not None and shapes.callee(analysis, call) == f"torch.nn.Module.{name}":
            yield from _key(analysis, owner, captures["key"][0], "buffer" if name == "get_buffer" else "parameter")


def _key(analysis: Analysis, owner: Node, node: Node, kind: Literal["", "parameter", "buffer"]) -> Iterator[StateKey]:
    name = shapes.string(analysis, node)
    state = known_state(analysis, owner) if name else None
    if state is not None and state.complete and name:
        yield StateKey(node, name, state, kind)


def _owner(analysis: Analysis, holder: Node, whole: Node) -> Node | None:
    """The ``net`` of ``net.state_dict()``, or of a name that is nothing else and that nothing else changes."""
    if holder.type == "identifier":
        bindings = analysis.scope(scope_of(holder)).bindings.get(analysis.text(holder), [])
        if len(bindings) != 1 or bindings[0].origin is not Origin.ASSIGNMENT or bindings[0].path:
            return None
        data = analysis.document.data
        others = data[: whole.start_byte] + data[whole.end_byte :] if whole.type == "call" else data
        changes = _CHANGES.replace("{name}", re.escape(analysis.text(holder)))
        if re.search(changes.encode(), others):
            return None
        found = bindings[0].node.child_by_field_name("right")
        if found is None or found.type != "call":
            return None
        holder = found
    if shapes.method_name(analysis, holder) != "state_dict" or shapes.positional(holder) is not None:
        return None
    function = holder.child_by_field_name("function")
    fact = analysis.fact(function) if function is not None else None
    value = fact.value if fact is not None and fact.certain else None
    known = isinstance(value, Bound) and value.name in ("torch.nn.Module.state_dict", "mindspore.nn.Cell.state_dict")
    return shapes.receiver(holder) if known else None


def _is_written(subscript: Node) -> bool:
    parent = subscript.parent
    return (
        parent is not None
        and parent.type in ("assignment", "delete_statement")
        and parent.child_by_field_name("right") != subscript
    )
