"""What an expression can denote, as far as it matters here: frozen values, and how sure we are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Union

import msgspec
from tree_sitter import Node

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis


class Unknown(msgspec.Struct, frozen=True):
    """Nothing is known; never guessed."""


UNKNOWN = Unknown()


class Module(msgspec.Struct, frozen=True):
    """An importable module by its dotted name; ``path`` is its file if it belongs to the workspace."""

    name: str
    path: Path | None = None


class SymbolRef(msgspec.Struct, frozen=True):
    """A function, class or constant of a framework, by its canonical name."""

    name: str


class Source(msgspec.Struct, frozen=True, eq=False):
    """A node together with the file that it stands in."""

    analysis: Analysis
    node: Node

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.analysis is other.analysis and self.node == other.node

    def __hash__(self) -> int:
        return hash((id(self.analysis), self.node.start_byte, self.node.end_byte))

    @property
    def text(self) -> str:
        return self.analysis.document.text_of(self.node)


class Instance(msgspec.Struct, frozen=True):
    """An object of a framework class, or of a built-in one (``int``); ``call`` is its constructor call if there is
    just one."""

    cls: str
    call: Source | None = None


class UserClass(msgspec.Struct, frozen=True):
    """A class that the user wrote."""

    definition: Source


class UserInstance(msgspec.Struct, frozen=True):
    """An object of a user's class; ``call`` is the constructor call if there is just one."""

    cls: UserClass
    call: Source | None = None


class UserFunction(msgspec.Struct, frozen=True):
    """A function or lambda that the user wrote; ``bound`` is the object for a method that was read from one."""

    definition: Source
    bound: UserInstance | None = None


class Bound(msgspec.Struct, frozen=True):
    """A member of a framework class, read from an object: ``x.view``, ``net.buffers``, ``self.bn.weight``.

    ``name`` is the canonical name of the member.
    """

    name: str
    receiver: Value


class Super(msgspec.Struct, frozen=True):
    """``super()`` inside a method of a user's class."""

    cls: UserClass
    instance: UserInstance


class Sequence(msgspec.Struct, frozen=True):
    """A tuple or list with known items."""

    items: tuple[Value, ...]


class Repeated(msgspec.Struct, frozen=True):
    """A list, tuple, iterator or other container whose elements are all of one kind."""

    element: Value


class Constant(msgspec.Struct, frozen=True):
    """A number, string, bool or None."""

    value: str | int | float | bool | None


class External(msgspec.Struct, frozen=True):
    """A name imported from a package that is neither a framework nor part of the workspace."""

    module: str
    name: str


Value = Union[
    Unknown,
    Module,
    SymbolRef,
    Instance,
    UserClass,
    UserInstance,
    UserFunction,
    Bound,
    Super,
    Sequence,
    Repeated,
    Constant,
    External,
]


class Fact(msgspec.Struct, frozen=True):
    """A value and whether it is certain or only likely."""

    value: Value
    certain: bool = True

    def likely(self) -> Fact:
        return Fact(self.value, False) if self.certain else self


NOTHING = Fact(UNKNOWN, False)
CIRCULAR = Fact(UNKNOWN)
"""What is being worked out itself, so that it says nothing and contradicts nothing."""


def join(facts: list[Fact]) -> Fact:
    """What holds if any one of several facts does.

    None stands for "not set" and gives way to anything (``try: import torch / except ImportError: torch = None``).
    Facts that contradict each other give nothing; one known among unknown ones is likely.
    """
    facts = [fact for fact in facts if fact is not CIRCULAR] or [CIRCULAR]
    known = [fact for fact in facts if not isinstance(fact.value, Unknown)]
    concrete = [fact for fact in known if fact.value != Constant(None)]
    if not concrete:
        if facts == [CIRCULAR]:
            return CIRCULAR
        return known[0] if known and len(known) == len(facts) else NOTHING
    value = concrete[0].value
    for fact in concrete[1:]:
        merged = _merge(value, fact.value)
        if merged is None:
            return NOTHING
        value = merged
    certain = len(known) == len(facts) and all(fact.certain for fact in concrete)
    return Fact(value, certain)


def _merge(one: Value, other: Value) -> Value | None:
    if one == other:
        return one
    if isinstance(one, Instance) and isinstance(other, Instance):
        if one.cls == other.cls:
            return Instance(one.cls)
        tensors = {"torch.Tensor", "torch.nn.Parameter"}, {"mindspore.Tensor", "mindspore.Parameter"}
        for base, derived in (("torch.Tensor", tensors[0]), ("mindspore.Tensor", tensors[1])):
            if {one.cls, other.cls} <= derived:
                return Instance(base)
    if isinstance(one, UserInstance) and isinstance(other, UserInstance) and one.cls == other.cls:
        return UserInstance(one.cls)
    if isinstance(one, Constant) and isinstance(other, Constant) and type(one.value) is type(other.value):
        return Instance(type(one.value).__name__)
    if isinstance(one, Instance) and isinstance(other, Constant) and one.cls == type(other.value).__name__:
        return one
    return None
