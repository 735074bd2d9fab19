"""In which order the statements of one scope run, and which bindings of a name hold where.

A scope is a `Block`: its compound statements and jumps (`Piece`), each with its range. What happens to one name, or to
one chain such as ``self.conv``, is a list of `Event`. From both follows the name's `Timeline`: what may hold from which
offset on. `reach` works it out when somebody asks for that name, once; then a place costs a binary search.
"""

from __future__ import annotations

from bisect import bisect_right
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from lsp_server.syntax.conditions import Condition, Test

if TYPE_CHECKING:
    from lsp_server.syntax.scopes import Binding

_MAX_CANDIDATES = 24
"""Of bindings that may hold at one place; beyond, `MORE` stands for the rest."""
ENTRY = -1
"""What held before the scope bound the name itself."""
MORE = -2

Candidate = tuple[int, tuple[int, ...]]
"""The number of a binding, and of the tests it has passed (failed ones negative)."""
State = tuple[Candidate, ...]
START: State = ((ENTRY, ()),)


class Shape(Enum):
    """How the parts of a compound statement follow each other."""

    CHOICE = "if"
    LOOP = "for"
    REPEAT = "while"
    TRIAL = "try"
    INSIDE = "with"
    MATCH = "match"
    BREAK = "break"
    CONTINUE = "continue"
    LEAVE = "return"
    """``return``, ``raise``: out of the scope or to a handler."""


class Role(Enum):
    """What a part of a compound statement is there for."""

    BODY = "body"
    ELSE = "else"
    HANDLER = "except"
    FINALLY = "finally"


class Block:
    """Statements that run one after another: the ranges of those among them that steer the flow."""

    __slots__ = ("breaks", "completes", "continues", "effects", "end", "pieces", "start", "starts")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        self.effects: list[int] = []
        """The pieces that matter even to names which they do not mention."""
        self.completes = True
        self.breaks = False
        self.continues = False

    def is_plain(self, offset: int) -> bool:
        """Whether an offset is outside of all compound statements."""
        index = bisect_right(self.starts, offset) - 1
        return index < 0 or self.pieces[index].end < offset

    def add(self, piece: Piece) -> None:
        if not piece.completes or piece.breaks or piece.continues:
            self.effects.append(len(self.pieces))
            self.completes = self.completes and piece.completes
            self.breaks = self.breaks or piece.breaks
            self.continues = self.continues or piece.continues
        self.pieces.append(piece)
        self.starts.append(piece.start)


class Part(msgspec.Struct, frozen=True, eq=False):
    """A header and its block. ``guard`` is the ``if`` behind a ``case``."""

    role: Role
    start: int
    block: Block
    condition: Condition = None
    guard: Condition = None
    is_guarded: bool = False


class Piece(msgspec.Struct, frozen=True, eq=False):
    """A compound statement or a jump."""

    shape: Shape
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    completes: bool = True
    breaks: bool = False
    continues: bool = False

    def part(self, role: Role) -> Part | None:
        return next((part for part in self.parts if part.role is role), None)


class Event(msgspec.Struct, frozen=True, eq=False):
    """Something that happens to a name at an offset.

    A binding, for sure or perhaps (``is_weak``); a condition that holds from here on, up to ``end`` if that is given
    (``isinstance(x, T) and x.…``); the mere mention in the condition of a compound statement.
    """

    at: int
    binding: Binding | None = None
    is_weak: bool = False
    condition: Condition = None
    holds: bool = True
    end: int = 0


class Timeline:
    """What may hold from which offset on."""

    def __init__(self, starts: list[int], states: list[State], bindings: list[Binding], tests: list[Test]) -> None:
        self.starts = starts
        self.states = states
        self.bindings = bindings
        self.tests = tests
        self._rest: list[State] = []

    def at(self, offset: int) -> State:
        """What may hold at an offset."""
        index = bisect_right(self.starts, offset) - 1
        return self.states[max(index, 0)]

    def test_list(self, numbers: tuple[int, ...]) -> list[tuple[Test, bool]]:
        """The tests of a candidate, each with its outcome."""
        return [(self.tests[abs(number) - 1], number > 0) for number in numbers]

    def since(self, offset: int) -> State:
        """What may hold at any time after an offset is reached."""
        if not self._rest:
            found = self.states[-1]
            for state in reversed(self.states):
                found = merge(state, found) or found
                self._rest.append(found)
            self._rest.reverse()
        return self._rest[max(bisect_right(self.starts, offset) - 1, 0)]


def merge(one: State | None, other: State | None) -> State | None:
    """What holds if either does. A binding that passed and failed the same test is just that binding."""
    if one is None or one is other or one == other:
        return other
    if other is None:
        return one
    by_binding: dict[int, set[tuple[int, ...]]] = {}
    for binding, tests in (*one, *other):
        by_binding.setdefault(binding, set()).add(tests)
    found: list[Candidate] = []
    for binding in sorted(by_binding):
        found += [(binding, tests) for tests in _weakest(by_binding[binding])]
    if len(found) > _MAX_CANDIDATES:
        found = found if found[0][0] != MORE else found[1:]
        found = [*found[: _MAX_CANDIDATES - 1], (MORE, ())]
    return tuple(found)


def _weakest(tests: set[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Of several lists of tests those that are not implied by another."""
    changed = len(tests) > 1
    while changed and () not in tests:
        changed = False
        for one in sorted(tests):
            if any(one[:size] in tests for size in range(len(one))):
                tests.discard(one)
                changed = True
            elif (*one[:-1], -one[-1]) in tests:
                tests -= {one, (*one[:-1], -one[-1])}
                tests.add(one[:-1])
                changed = True
                break
    return [()] if () in tests else sorted(tests)
