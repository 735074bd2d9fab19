"""Attributes that are set on objects from outside of their classes: ``net.head = nn.Linear(3, 4)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import merging
from lsp_server.inference.lineage import is_derived
from lsp_server.inference.memory import kept
from lsp_server.inference.questions import Question
from lsp_server.inference.values import NOTHING, Fact, UserClass, UserInstance

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_SET = re.compile(rb"\.[ \t]*([A-Za-z_\x80-\xff][\w\x80-\xff]*)[ \t]*=(?!=)")
_MOST = 8


def attribute(cls: UserClass, name: str) -> Fact | None:
    """What is set from outside in the class's own file; never certain. None if nothing."""
    found = cls.definition.analysis.ask(OUTSIDE, cls.definition.node, name)
    return found.likely() if found is not None else None


def _outside(analysis: Analysis, node: Node, name: str) -> Fact | None:
    cls = UserClass(analysis.source(node))
    known = kept(analysis, "set from outside", 0, lambda: _index(analysis.document.data))
    facts: list[Fact] = []
    for offset in known.get(name.encode(), ())[:_MOST]:
        leaf = analysis.document.root.named_descendant_for_byte_range(offset, offset)
        target = leaf.parent if leaf is not None else None
        statement = target.parent if target is not None and target.type == "attribute" else None
        owner = target.child_by_field_name("object") if target is not None else None
        if statement is None or owner is None or statement.type != "assignment":
            continue
        right = statement.child_by_field_name("right")
        held = analysis.value(owner).value
        if right is not None and isinstance(held, UserInstance) and is_derived(held.cls, cls):
            facts.append(analysis.value(right))
    return merging.joined(analysis, facts) if facts else None


def _index(data: bytes) -> dict[bytes, list[int]]:
    """The offsets of all names that are set behind a dot."""
    found: dict[bytes, list[int]] = {}
    for match in _SET.finditer(data):
        found.setdefault(match[1], []).append(match.start(1))
    return found


OUTSIDE: Question[Fact | None] = Question("outside", "member", _outside, NOTHING)
