"""Which names a scope binds, where, and by what. One scope is looked at only when somebody asks."""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum

import msgspec
from tree_sitter import Node

from lsp_server.syntax.flow import MORE, Block, Event, Timeline
from lsp_server.syntax.reach import timeline

COMPREHENSIONS = {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}


class Origin(Enum):
    """How a name comes to be bound."""

    IMPORT = "import"
    ASSIGNMENT = "assignment"
    AUGMENTED = "augmented"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    LOOP = "loop"
    WITH = "with"
    MATCH = "match"
    """All that a ``case`` takes its names from, by a class pattern: ``case Tensor() as x``."""
    DELETED = "deleted"
    OPAQUE = "opaque"
    """``except … as``, a capture pattern: bound to something not looked into."""


class Binding(msgspec.Struct, frozen=True):
    """One place that binds a name, or an attribute chain such as ``self.conv``.

    ``node`` is the statement, definition or parameter; ``path`` the way into an unpacked value
    (``a, (b, c) = v`` binds c by the path (1, 1)); ``end`` the offset from which the binding holds;
    ``block`` the node whose execution makes it hold.
    """

    name: str
    origin: Origin
    node: Node
    end: int
    block: Node
    path: tuple[int, ...] = ()


class Scope(msgspec.Struct, frozen=True):
    """A module, function, class, lambda or comprehension with the names that it binds."""

    node: Node
    root: Block
    is_class: bool = False
    is_deferred: bool = False
    """Whether it runs later than the text around it: a function."""
    bindings: dict[str, list[Binding]] = msgspec.field(default_factory=dict[str, list[Binding]])
    """Its own names."""
    stars: list[Node] = msgspec.field(default_factory=list[Node])
    """``from … import *`` statements."""
    outer: set[str] = msgspec.field(default_factory=set[str])
    """Names declared ``global`` or ``nonlocal``."""
    rebound: dict[str, list[Binding]] = msgspec.field(default_factory=dict[str, list[Binding]])
    """What it binds them to."""
    events: dict[str, list[Event]] = msgspec.field(default_factory=dict[str, list[Event]])
    """What happens to names and chains, bindings and conditions."""
    inner: list[tuple[int, int, Node]] = msgspec.field(default_factory=list[tuple[int, int, Node]])
    """The ranges whose names belong to scopes directly inside, in order and without overlap."""
    _starts: list[int] = msgspec.field(default_factory=list[int])
    _timelines: dict[str, Timeline] = msgspec.field(default_factory=dict[str, Timeline])

    def inside(self, offset: int) -> tuple[int, int, Node] | None:
        """The scope directly inside of this one that an offset belongs to, with the range that it lies in."""
        index = self._before(offset)
        if index < 0 or offset >= self.inner[index][1]:
            return None
        return self.inner[index]

    def stretch(self, offset: int, start: int, end: int) -> tuple[int, int]:
        """What is left of a range around an offset of this scope if the scopes inside are taken out."""
        index = self._before(offset)
        if index >= 0:
            start = max(start, self.inner[index][1])
        if index + 1 < len(self.inner):
            end = min(end, self._starts[index + 1])
        return start, end

    def _before(self, offset: int) -> int:
        if len(self._starts) != len(self.inner):
            self.inner.sort(key=_start)
            self._starts.extend(start for start, _, _ in self.inner)
        return bisect_right(self._starts, offset) - 1

    def timeline(self, key: str) -> Timeline | None:
        """What a name or chain may be where; None if nothing happens to it in this scope."""
        known = self._timelines.get(key)
        if known is None:
            events = self.events.get(key)
            if events is None:
                return None
            for size in range(1, key.count(".") + 1):
                # a chain is another one when what it begins with is another
                owner = ".".join(key.split(".")[:size])
                events = events + [
                    Event(event.at, msgspec.structs.replace(event.binding, origin=Origin.DELETED))
                    for event in self.events.get(owner, ())
                    if event.binding is not None and event.binding.origin is not Origin.PARAMETER
                ]
            known = self._timelines[key] = timeline(self.root, key, events)
        return known


class Stretches(msgspec.Struct, frozen=True):
    """Parts of a file all of whose places see the same scopes, in order."""

    starts: list[int] = msgspec.field(default_factory=list[int])
    ends: list[int] = msgspec.field(default_factory=list[int])
    scopes: list[list[Scope]] = msgspec.field(default_factory=list[list[Scope]])


def _start(entry: tuple[int, int, Node]) -> int:
    return entry[0]


def scope_of(node: Node) -> Node:
    """The innermost scope whose names an expression at this node sees.

    A function's decorators, defaults and annotations, and a class's bases, belong to the scope around it. This climbs
    the tree; `inference.names` goes down from the module, which is faster.
    """
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in COMPREHENSIONS:
            return parent
        if parent.type == "lambda" and child == parent.child_by_field_name("body"):
            return parent
        if parent.type in ("function_definition", "class_definition") and child == parent.child_by_field_name("body"):
            return parent
        child, parent = parent, parent.parent
    return child


def parameter_name(parameter: Node) -> Node | None:
    """The identifier of a parameter node of any form."""
    if parameter.type == "identifier":
        return parameter
    if parameter.type in ("default_parameter", "typed_default_parameter"):
        return parameter.child_by_field_name("name")
    if parameter.type in ("typed_parameter", "list_splat_pattern", "dictionary_splat_pattern"):
        inner = parameter.named_children[0] if parameter.named_children else None
        return parameter_name(inner) if inner is not None else None
    return None


def reaching(scope: Scope, name: str, offset: int) -> list[Binding]:
    """The bindings of a scope's own name that may hold at a place in that scope."""
    known = scope.timeline(name)
    if known is None:
        return []
    state = known.at(offset)
    if any(number == MORE for number, _ in state):
        return scope.bindings.get(name, [])
    return [known.bindings[number] for number, _ in state if number >= 0]
