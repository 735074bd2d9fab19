"""What an expression can denote, as far as it matters here: frozen values, and how sure we are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from typing import Union as Either

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
    just one, ``content`` what it holds: the layers of a ``Sequential``, the batches of a ``DataLoader``; or what a call
    of it `Returns`, where that depends on how it was made."""

    cls: str
    call: Source | None = None
    content: Value = UNKNOWN


class UserClass(msgspec.Struct, frozen=True):
    """A class that the user wrote."""

    definition: Source


class UserInstance(msgspec.Struct, frozen=True):
    """An object of a user's class; ``call`` is the constructor call if there is just one."""

    cls: UserClass
    call: Source | None = None


class UserFunction(msgspec.Struct, frozen=True):
    """A function or lambda that the user wrote; ``bound`` is the object or class that a method was read from."""

    definition: Source
    bound: UserInstance | UserClass | None = None


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
    """A tuple or list with known items, and their names if they have any."""

    items: tuple[Value, ...]
    fields: tuple[str, ...] = ()


class Repeated(msgspec.Struct, frozen=True):
    """A list, tuple, iterator or other container whose elements are all of one kind."""

    element: Value


class Dictionary(msgspec.Struct, frozen=True):
    """A dict: the values of the keys that are known, and the kind of all other keys and values, if there can be
    others."""

    entries: tuple[tuple[str | int | float | bool | None, Value], ...] = ()
    others: tuple[Value, Value] | None = None


class Method(msgspec.Struct, frozen=True):
    """A method of a container or a string, read from it: ``layers.append``, ``config.items``."""

    receiver: Value
    name: str


class Returns(msgspec.Struct, frozen=True):
    """Something of which no more is known than what a call of it gives: ``Callable[..., Tensor]``, ``Type[Module]``,
    ``grad(loss)``."""

    value: Value


class Partial(msgspec.Struct, frozen=True):
    """``functools.partial(function, …)``; ``call`` is that call."""

    function: Value
    call: Source


class Hint(msgspec.Struct, frozen=True):
    """A type written as an expression: ``Pair = Tuple[Tensor, Tensor]``. ``value`` is an object of that type."""

    value: Value


class Record(msgspec.Struct, frozen=True):
    """A ``namedtuple`` class."""

    fields: tuple[str, ...]


class Constant(msgspec.Struct, frozen=True):
    """A number, string, bool or None."""

    value: str | int | float | bool | None


class External(msgspec.Struct, frozen=True):
    """A name imported from a package that is neither a framework nor part of the workspace."""

    module: str
    name: str


class Union(msgspec.Struct, frozen=True):
    """One of several things, nobody knows which: two to `MAX_ALTERNATIVES` of them, none unknown, none a union."""

    alternatives: tuple[Value, ...]


MAX_ALTERNATIVES = 8

Value = Either[
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
    Dictionary,
    Method,
    Returns,
    Partial,
    Hint,
    Record,
    Constant,
    External,
    Union,
]


def alternatives(value: Value) -> tuple[Value, ...]:
    """All that a value can be; itself, if that is one thing."""
    return value.alternatives if isinstance(value, Union) else (value,)


class Fact(msgspec.Struct, frozen=True):
    """A value and whether it is certain or only likely."""

    value: Value
    certain: bool = True

    def likely(self) -> Fact:
        return Fact(self.value, False) if self.certain else self


NOTHING = Fact(UNKNOWN, False)
CIRCULAR = Fact(UNKNOWN)
"""What is being worked out itself, so that it says nothing and contradicts nothing."""
NONE = Constant(None)
_BASES = (("torch.Tensor", "torch.nn.Parameter"), ("mindspore.Tensor", "mindspore.Parameter"))


def join(facts: list[Fact]) -> Fact:
    """What holds if any one of several facts does: a `Union` where they name different things.

    None stands for "not set" and gives way to anything (``try: import torch / except ImportError: torch = None``).
    Known ones among unknown ones are likely; too many different ones give nothing.
    """
    facts = [fact for fact in facts if fact is not CIRCULAR] or [CIRCULAR]
    if len(facts) == 1:
        return facts[0]
    known = [fact for fact in facts if not isinstance(fact.value, (Unknown, External))]
    concrete = [fact for fact in known if fact.value != NONE]
    if not concrete:
        return known[0] if known and len(known) == len(facts) else NOTHING
    certain = len(known) == len(facts) and all(fact.certain for fact in concrete)
    named = [fact for fact in concrete if not isinstance(fact.value, Returns)]
    if named and len(named) < len(concrete):
        # which function or class it is says more than what it is annotated to give
        return join(named).likely()
    if len(concrete) == 1:
        return concrete[0] if certain else concrete[0].likely()
    merged: list[Value] = []
    for fact in concrete:
        for value in alternatives(fact.value):
            if value != NONE:
                _merge_into(merged, value)
        if len(merged) > MAX_ALTERNATIVES:
            return NOTHING
    return Fact(merged[0] if len(merged) == 1 else Union(tuple(merged)), certain)


def _merge_into(found: list[Value], value: Value) -> None:
    for index, other in enumerate(found):
        merged = _merge(other, value)
        if merged is not None:
            del found[index]
            _merge_into(found, merged)
            return
    found.append(value)


def _merge(one: Value, other: Value) -> Value | None:
    """The one value that covers both; None if they are different things."""
    if one == other:
        return one
    if isinstance(one, Instance) and isinstance(other, Instance):
        if one.cls == other.cls:
            return Instance(one.cls, content=_merge_content(one.content, other.content))
        for base, derived in _BASES:
            if {one.cls, other.cls} <= {base, derived}:
                return Instance(base)
    if isinstance(one, UserInstance) and isinstance(other, UserInstance) and one.cls == other.cls:
        return UserInstance(one.cls)
    if isinstance(one, Constant):
        one, other = other, one
    if isinstance(other, Constant):
        name = type(other.value).__name__
        if isinstance(one, Constant):
            return Instance(name) if type(one.value) is type(other.value) else None
        return one if isinstance(one, Instance) and one.cls == name else None
    return _merge_containers(one, other)


def _merge_content(one: Value, other: Value) -> Value:
    """What either of two containers holds, if that can be said together."""
    return UNKNOWN if UNKNOWN in (one, other) else _merge(one, other) or UNKNOWN


def _merge_containers(one: Value, other: Value) -> Value | None:
    """Of equal length: item by item. A list that is still empty is filled later."""
    if isinstance(one, Sequence) and isinstance(other, Sequence) and len(one.items) == len(other.items):
        items = tuple(join([Fact(a), Fact(b)]).value for a, b in zip(one.items, other.items, strict=True))
        return Sequence(items, one.fields if one.fields == other.fields else ())
    if isinstance(one, Repeated) and isinstance(other, Repeated):
        if UNKNOWN in (one.element, other.element):
            return other if one.element == UNKNOWN else one
        element = join([Fact(one.element), Fact(other.element)]).value
        return Repeated(element)
    if isinstance(one, Bound) and isinstance(other, Bound) and one.name == other.name:
        return Bound(one.name, join([Fact(one.receiver), Fact(other.receiver)]).value)
    empty = Sequence(())
    if one == empty or other == empty:
        filled = other if one == empty else one
        return filled if isinstance(filled, (Sequence, Repeated)) else None
    return None
