"""TS118: a key of ``state_dict()``, or a name given to ``get_parameter`` or ``get_buffer``, that the module lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from lsp_server.findings import shapes
from lsp_server.findings.known_state import known_state
from lsp_server.findings.model import Finding, Rule
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Bound
from lsp_server.messages import Message
from lsp_server.messages import findings_training as messages
from lsp_server.messages.findings import NO_FIX
from lsp_server.state.model import ModuleState
from lsp_server.syntax.patterns import Pattern
from lsp_server.syntax.scopes import Origin, scope_of

CODE = "TS118"
_KEYS = Pattern("(subscript value: [(call) (identifier)] @holder subscript: (string) @key) @whole")
_GETS = Pattern(
    """(call function: (attribute attribute: (identifier) @name) arguments: (argument_list . (string) @key)
             (#any-of? @name "get_parameter" "get_buffer")) @call"""
)


def check(analysis: Analysis) -> Iterator[Finding]:
    data = analysis.document.data
    if b"state_dict()" in data:
        for captures in _KEYS.matches(analysis.document.root):
            owner = _owner(analysis, captures["holder"][0])
            if owner is not None and not _is_written(captures["whole"][0]):
                yield from _missing(analysis, owner, captures["key"][0], "")
    if b".get_parameter(" in data or b".get_buffer(" in data:
        for captures in _GETS.matches(analysis.document.root):
            call, name = captures["call"][0], analysis.text(captures["name"][0])
            owner = shapes.receiver(call)
            if owner is not None and shapes.callee(analysis, call) == f"torch.nn.Module.{name}":
                yield from _missing(analysis, owner, captures["key"][0], name.removeprefix("get_"))


def _owner(analysis: Analysis, holder: Node) -> Node | None:
    """The ``net`` of ``net.state_dict()``, or of a name that is nothing else."""
    if holder.type == "identifier":
        bindings = analysis.scope(scope_of(holder)).bindings.get(analysis.text(holder), [])
        if len(bindings) != 1 or bindings[0].origin is not Origin.ASSIGNMENT or bindings[0].path:
            return None
        name = re.escape(analysis.text(holder))
        if re.search(rf"\b{name}\.(update|pop|setdefault)\(|\b{name}\[[^\]]*\]\s*=(?!=)", analysis.document.text):
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


def _missing(analysis: Analysis, owner: Node, key: Node, kind: str) -> Iterator[Finding]:
    name = shapes.string(analysis, key)
    state = known_state(analysis, owner) if name else None
    if state is None or not state.complete or not name:
        return
    reason = _reason(state, name, kind)
    if reason is not None:
        values = (("name", name), ("cls", state.title))
        yield Finding(CODE, key.start_byte, key.end_byte, values, message=reason)


def _reason(state: ModuleState, name: str, kind: str) -> Message | None:
    entry = next((entry for entry in state.entries if entry.name == name), None)
    if entry is None:
        return messages.TS118_MESSAGE
    if kind:
        return messages.TS118_OTHER_KIND if entry.kind != kind else None
    return None if entry.persistent else messages.TS118_NOT_SAVED


RULE = Rule(
    code=CODE,
    name="key-not-in-state",
    severity="error",
    message=messages.TS118_MESSAGE,
    what=messages.TS118_WHAT,
    why=messages.TS118_WHY,
    example="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3), persistent=False)


net = Mask()


def saved_mask():
    return net.state_dict()["mask"]
""",
    instead="""import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.ones(3), persistent=False)


net = Mask()


def saved_mask():
    return net.mask
""",
    fix_safety=NO_FIX,
    check=check,
)
