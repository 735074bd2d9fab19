"""Which bindings of one name reach which place of a scope: a run through its statements, for that name only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import msgspec

from lsp_server.syntax.conditions import Compound, Condition, Test
from lsp_server.syntax.flow import (
    MORE,
    START,
    Block,
    Event,
    Part,
    Piece,
    Role,
    Shape,
    State,
    Timeline,
    merge,
)

if TYPE_CHECKING:
    from lsp_server.syntax.scopes import Binding

_MAX_KNOWN = 24
"""Of the bindings of a name whose run took too long."""
_MAX_TESTS = 10
_MAX_STEPS = 50_000
_MAX_QUIET = 2
"""Loops inside of loops that are run twice to see what comes round; deeper ones bring round all that they bind."""


class _TooLong(Exception):
    """More steps than a name is worth."""


class _Leave(msgspec.Struct):
    """What left a loop early, or was interrupted by an exception."""

    breaks: State | None = None
    continues: State | None = None


def timeline(root: Block, key: str, events: list[Event]) -> Timeline:
    """The timeline of one name in a scope, given what happens to it."""
    first = events[0]
    if len(events) == 1 and first.binding is not None and not first.is_weak and root.is_plain(first.at):
        return Timeline([0, first.at], [START, ((0, ()),)], [first.binding], [])
    run = _Run(key, events)
    try:
        run.whole(root)
    except (_TooLong, RecursionError):
        every: State = (*((number, ()) for number in range(min(len(run.bindings), _MAX_KNOWN))), (MORE, ()))
        return Timeline([0], [every], run.bindings, run.tests)
    return Timeline(run.starts, run.states, run.bindings, run.tests)


class _Run:
    """One name's way through a scope."""

    def __init__(self, key: str, events: list[Event]) -> None:
        self.key = key
        self.events = sorted(events, key=_place)
        self.places = [event.at for event in self.events]
        self.bindings: list[Binding] = []
        self.numbers: dict[int, int] = {}
        for event in self.events:
            if event.binding is not None and id(event.binding) not in self.numbers:
                self.numbers[id(event.binding)] = len(self.bindings)
                self.bindings.append(event.binding)
        self.tests: list[Test] = []
        self.test_numbers: dict[int, int] = {}
        self.starts = [0]
        self.states: list[State] = [START]
        self.quiet = 0
        self.steps = 0
        self.loops: list[_Leave] = []
        self.interrupted: list[State | None] = []

    def whole(self, root: Block) -> None:
        first = bisect_left(self.places, root.start)
        state = self.simple(0, first, START) if first else START
        self.block(root, state)

    def record(self, offset: int, state: State | None) -> None:
        if self.quiet or state is None or self.states[-1] == state:
            return
        if self.starts[-1] == offset:
            self.states[-1] = state
        else:
            self.starts.append(offset)
            self.states.append(state)

    # -- one statement after another ------------------------------------------------------------------------------

    def block(self, block: Block, state: State) -> State | None:
        """Run through a block. What stands behind a jump is run as well, but nothing comes out of it."""
        self.steps += 1
        if self.steps > _MAX_STEPS:
            raise _TooLong
        places, pieces, effects = self.places, block.pieces, block.effects
        event, stop = bisect_left(places, block.start), bisect_right(places, block.end)
        effect = 0
        is_alive = True
        while event < stop or effect < len(effects):
            chosen = -1
            following = len(pieces)
            if event < stop:
                chosen = bisect_right(block.starts, places[event]) - 1
                following = chosen + 1
                if chosen >= 0 and places[event] > pieces[chosen].end:
                    chosen = -1
            if effect < len(effects) and (event >= stop or effects[effect] < following):
                chosen = effects[effect]
                effect += 1
            if chosen < 0:
                last = bisect_left(places, block.starts[following], event, stop) if following < len(pieces) else stop
                state = self.simple(event, last, state)
                event = last
                continue
            piece = pieces[chosen]
            if event < stop and places[event] <= piece.end:
                event = bisect_right(places, piece.end, event, stop)
                after = self.piece(piece, state)
            else:
                after = self.passed(piece, state)
            if after is None:
                is_alive = False
            else:
                state = after
            self.record(piece.end, state)
        return state if is_alive else None

    def passed(self, piece: Piece, state: State) -> State | None:
        """A piece in which nothing happens to the name."""
        if self.loops:
            if piece.breaks:
                self.loops[-1].breaks = merge(self.loops[-1].breaks, state)
            if piece.continues:
                self.loops[-1].continues = merge(self.loops[-1].continues, state)
        return state if piece.completes else None

    def simple(self, first: int, last: int, state: State) -> State:
        """Events outside of any compound statement, or in a header."""
        open_regions: list[tuple[int, State]] = []
        for event in self.events[first:last]:
            while open_regions and open_regions[-1][0] <= event.at:
                state = self.closed(*open_regions.pop(), state)
            if event.binding is not None:
                bound: State = ((self.numbers[id(event.binding)], ()),)
                state = (merge(state, bound) or bound) if event.is_weak else bound
                if self.interrupted:
                    self.interrupted[-1] = merge(self.interrupted[-1], state)
            elif event.condition is not None:
                if event.end:
                    open_regions.append((event.end, state))
                state = self.refined(state, event.condition, event.holds) or state
            self.record(event.at, state)
        while open_regions:
            state = self.closed(*open_regions.pop(), state)
        return state

    def closed(self, end: int, before: State, inside: State) -> State:
        """The end of a part of an expression: what it bound may hold, what it was asked under does not any more."""
        known = {number for number, _ in before}
        bound = tuple(candidate for candidate in inside if candidate[0] not in known)
        state = (merge(before, bound) or before) if bound else before
        self.record(end, state)
        return state

    def branch(self, block: Block, state: State | None, fallback: State) -> State | None:
        """A block that may or may not be reached."""
        entry = state if state is not None else fallback
        self.record(block.start, entry)
        after = self.block(block, entry)
        return after if state is not None else None

    def header(self, part: Part, state: State) -> State:
        first, last = bisect_left(self.places, part.start), bisect_left(self.places, part.block.start)
        return self.simple(first, last, state) if first < last else state

    # -- compound statements --------------------------------------------------------------------------------------

    def piece(self, piece: Piece, state: State) -> State | None:
        shape = piece.shape
        if shape in (Shape.CHOICE, Shape.MATCH):
            return self.choice(piece, state)
        if shape in (Shape.LOOP, Shape.REPEAT):
            return self.loop(piece, state)
        if shape is Shape.TRIAL:
            return self.trial(piece, state)
        if shape is Shape.INSIDE:
            part = piece.parts[0]
            state = self.header(part, state)
            after = self.branch(part.block, state, state)
            return merge(state, after) if part.is_guarded else after
        # a jump: what its own expression binds is gone with it
        self.simple(bisect_left(self.places, piece.start), bisect_right(self.places, piece.end), state)
        return self.passed(piece, state)

    def choice(self, piece: Piece, state: State) -> State | None:
        after: State | None = None
        rest: State | None = state
        for part in piece.parts:
            state = rest if rest is not None else state
            self.record(part.start, state)
            if piece.shape is Shape.MATCH:
                chosen = self.refined(state, part.condition, True) or state
                chosen = self.header(part, chosen)
                taken = self.refined(chosen, part.guard, True)
                rest = rest if part.is_guarded else self.refined(state, part.condition, False)
            else:
                state = self.header(part, state)
                taken = self.refined(state, part.condition, True)
                rest = None if part.role is Role.ELSE else self.refined(state, part.condition, False)
            after = merge(after, self.branch(part.block, taken, state))
        return merge(after, rest)

    def loop(self, piece: Piece, state: State) -> State | None:
        part = piece.parts[0]
        first, last = bisect_left(self.places, piece.start), bisect_right(self.places, part.block.end)
        bound = [event.binding for event in self.events[first:last] if event.binding is not None]
        if bound and self.quiet < _MAX_QUIET:
            self.quiet += 1
            _, back, _ = self.turn(piece, part, state)
            self.quiet -= 1
            state = merge(state, back) or state
        elif bound:
            state = merge(state, tuple((self.numbers[id(binding)], ()) for binding in bound)) or state
        ended, back, left = self.turn(piece, part, state)
        ended = merge(ended, back) if piece.shape is Shape.LOOP else ended
        last_part = piece.part(Role.ELSE)
        if last_part is not None:
            self.record(last_part.start, ended)
            ended = self.branch(last_part.block, ended, state)
        return merge(ended, left)

    def turn(self, piece: Piece, part: Part, state: State) -> tuple[State | None, State | None, State | None]:
        """One turn of a loop: what holds when it ends, when it comes round again, when it is left by ``break``."""
        self.loops.append(_Leave())
        if piece.shape is Shape.LOOP:
            ended: State | None = state
            inside: State | None = self.header(part, state)
        else:
            self.record(piece.start, state)
            state = self.header(part, state)
            ended, inside = self.refined(state, part.condition, False), self.refined(state, part.condition, True)
        back = self.branch(part.block, inside, state)
        leave = self.loops.pop()
        return ended, merge(back, leave.continues), leave.breaks

    def trial(self, piece: Piece, state: State) -> State | None:
        last = piece.part(Role.FINALLY)
        body, other = piece.part(Role.BODY), piece.part(Role.ELSE)
        self.interrupted.append(state)
        after: State | None = state
        if body is not None:
            after = self.branch(body.block, state, state)
        failed = self.interrupted[-1] or state
        if other is not None:
            after = self.branch(other.block, after, state)
        for part in piece.parts:
            if part.role is Role.HANDLER:
                self.record(part.start, failed)
                handled = self.header(part, failed)
                after = merge(after, self.branch(part.block, handled, handled))
        anywhere = self.interrupted.pop()
        if self.interrupted:
            self.interrupted[-1] = merge(self.interrupted[-1], anywhere)
        if last is None:
            return after
        if after is not None:
            self.quiet += 1
            after = self.branch(last.block, after, after)
            self.quiet -= 1
        self.record(last.start, anywhere)
        self.branch(last.block, anywhere, state)
        return after

    # -- conditions -----------------------------------------------------------------------------------------------

    def refined(self, state: State, condition: Condition, holds: bool) -> State | None:
        """What is left of a state where a condition holds or does not; None where that cannot be."""
        if condition is None:
            return state
        if isinstance(condition, bool):
            return state if condition == holds else None
        if isinstance(condition, Test):
            return self.tested(state, condition, holds) if condition.key == self.key else state
        if self.key not in condition.keys and not _has_constant(condition):
            return state
        return self.compound(state, condition, holds)

    def compound(self, state: State, condition: Compound, holds: bool) -> State | None:
        first = condition.parts[0]
        if condition.kind == "not":
            return self.refined(state, first, not holds)
        second = condition.parts[1]
        needs_both = (condition.kind == "and") == holds
        went_on = self.refined(state, first, condition.kind == "and")
        ended = self.refined(went_on, second, holds) if went_on is not None else None
        if needs_both:
            return ended
        return merge(self.refined(state, first, holds), ended)

    def tested(self, state: State, test: Test, holds: bool) -> State:
        number = self.test_numbers.get(id(test))
        if number is None:
            self.tests.append(test)
            number = self.test_numbers[id(test)] = len(self.tests)
        signed = number if holds else -number
        return tuple(
            (binding, (*tests, signed)) if signed not in tests and len(tests) < _MAX_TESTS else (binding, tests)
            for binding, tests in state
        )


def _has_constant(condition: Compound) -> bool:
    return any(
        isinstance(part, bool) or (isinstance(part, Compound) and _has_constant(part)) for part in condition.parts
    )


def _place(event: Event) -> int:
    return event.at
