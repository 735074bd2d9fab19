"""Works out facts that depend on each other: how deep, how long, and what to do when they run in circles.

A loop makes a variable depend on itself. Such a cycle is solved as data-flow analyses do: what is being worked out
counts as `CIRCULAR` (nothing is known against it) at first, and the head of the cycle is worked out again with its last
result until that is stable. What was worked out on the way holds as long as that round lasts, and also
behind it if the round was the last one, because it then follows from what the head has come to.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from tree_sitter import Node

from lsp_server.inference.values import CIRCULAR, NOTHING

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.questions import Reader

_MAX_DEPTH = 60
_MAX_STEPS = 20_000
_MAX_ROUNDS = 4
_MOST_ROUNDS = 200
"""Of all circles of one request together: circles in circles multiply. What one file asks takes a hundred at most."""
_MAX_RESTARTS = 500


class Work(msgspec.Struct):
    """What is to be worked out: ``compute(analysis, node, *arguments)``."""

    key: Hashable
    node: Node
    compute: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    start: Any = CIRCULAR
    """What it counts as while it is worked out."""
    empty: Any = NOTHING
    """What it counts as if it is cut short."""
    reader: Reader | None = None


class Frame(msgspec.Struct, eq=False):
    """Something that is being worked out."""

    analysis: Analysis
    node: Node
    reader: Reader | None
    """Who asks what is asked meanwhile; None until somebody wants to know, for the fact of a node."""
    guess: Any
    place: int
    """How many others are being worked out around it."""
    rests: int = 0
    """Whose guesses this result rests on: a bit for the place of each."""
    is_cut: bool = False
    round: int = 0
    consulted: bool = False
    circular: bool = False
    outcome: Tentative | None = None
    """What the head of a circle has come to, if that is what those were told who asked it last."""


class Tentative:
    """A result that rests on guesses of those that were being worked out at the time, in the rounds of then."""

    __slots__ = ("cut", "heads", "result")

    def __init__(self, result: Any, heads: tuple[tuple[Frame, int], ...], cut: int = 0) -> None:
        self.result = result
        self.heads = heads
        """On whose guesses it rests, and those of which rounds; final if there are none."""
        self.cut = cut
        """The request in which a bound cut it short, if one did."""

    def holds(self, frames: list[Frame]) -> bool:
        """Whether it still follows. Those of its heads that have come to what they had guessed give way to what that
        rests on."""
        heads: dict[int, tuple[Frame, int]] = {}
        for one in self.heads:
            head, number = one
            if head.round != number:
                return False
            if head.place < len(frames) and frames[head.place] is head:
                heads[head.place] = one
                continue
            outcome = head.outcome
            if outcome is None or outcome.cut != self.cut or not outcome.holds(frames):
                return False
            if not outcome.heads and outcome.result is CIRCULAR:
                return False  # nothing is known there in the end: that says more against a value than a circle does
            for other in outcome.heads:
                heads[other[0].place] = other
        self.heads = tuple(heads.values())
        return True

    @property
    def final(self) -> Any:
        """The result of one that rests on nothing any more."""
        return NOTHING if self.result is CIRCULAR else self.result


class _TooDeep(Exception):
    """Something lies deeper than can be worked out on the way."""

    def __init__(self, analysis: Analysis, work: Work) -> None:
        self.analysis = analysis
        self.work = work


class Solver:
    """What one request works out, over all files that it leads to. Bounds the answer in depth and steps."""

    __slots__ = ("asking", "calls", "cuts", "frames", "may_restart", "pending", "request", "rounds", "steps")

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.asking: Frame | None = None
        """For whom it is asked where nothing is being worked out: whoever looks at a class (`asked_for`)."""
        self.pending: list[tuple[Analysis, Work]] = []
        """What is worked out from the top: what was asked, and what it turned out to need."""
        self.may_restart = True
        self.request = 0
        """How many requests there have been."""
        self.steps = 0
        self.rounds = 0
        self.calls = 0
        """How many calls are being looked into, one in the other."""
        self.cuts = 0
        """How often a bound cut something short."""

    @contextmanager
    def asked_for(self, analysis: Analysis, node: Node, reader: Reader) -> Generator[None]:
        """What is asked meanwhile is written down as asked by a reader."""
        before, self.asking = self.asking, Frame(analysis, node, reader, None, 0)
        try:
            yield
        finally:
            self.asking = before

    def solve(self, analysis: Analysis, work: Work) -> Any:
        """The result of some work, remembered in ``analysis.known`` once it is final."""
        frames, key = self.frames, work.key
        if not frames and not self.pending:
            return self._requested(analysis, work)
        place = analysis.running.get(key)
        if place is not None:
            return self._consult(frames[place])
        tentative = analysis.tentative.get(key)
        if tentative is not None:
            if self._is_usable(tentative):
                if frames and (tentative.heads or tentative.cut):
                    return self._rests_on(tentative)
                del analysis.tentative[key]
                return analysis.known.setdefault(key, tentative.final)
            del analysis.tentative[key]
        depth = len(frames)
        if depth > _MAX_DEPTH and self.may_restart and self.steps <= _MAX_STEPS:
            raise _TooDeep(analysis, work)
        if depth and (depth > _MAX_DEPTH or self.steps > _MAX_STEPS):
            self.cuts += 1
            frames[-1].is_cut = True
            return work.empty
        return self._work(analysis, work, depth)

    def _work(self, analysis: Analysis, work: Work, depth: int) -> Any:
        frames, key = self.frames, work.key
        self.steps += 1
        frame = Frame(analysis, work.node, work.reader, work.start, depth)
        frames.append(frame)
        analysis.running[key] = depth
        try:
            result = work.compute(analysis, work.node, *work.arguments)
            if frame.consulted or frame.circular:
                result = self._settled(frame, work, result)
        finally:
            frames.pop()
            del analysis.running[key]
        if not (frame.rests or frame.is_cut) or (not depth and len(self.pending) <= 1):
            if frame.consulted and not frame.is_cut and _is_as_guessed(frame, result):
                frame.outcome = Tentative(result, ())
            result = NOTHING if result is CIRCULAR else result
            analysis.known[key] = result
            return result
        if depth:
            around = frames[-1]
            around.rests |= frame.rests
            around.is_cut = around.is_cut or frame.is_cut
            around.circular = around.circular or result is CIRCULAR
        heads = tuple((frames[place], frames[place].round) for place in _bits(frame.rests))
        tentative = Tentative(result, heads, self.request if frame.is_cut else 0)
        analysis.tentative[key] = tentative
        if frame.consulted and _is_as_guessed(frame, result):
            frame.outcome = tentative
        return result

    def _is_usable(self, tentative: Tentative) -> bool:
        """What was cut short counts until the request is answered."""
        if tentative.cut and (tentative.cut != self.request):
            return False
        return tentative.holds(self.frames)

    def _requested(self, analysis: Analysis, work: Work) -> Any:
        """Work something out; what it needs and is too deep is worked out before it, and so on. A chain of any length
        (``x = f(x)``, a hundred times) takes no more of Python's stack than a short one."""
        self.request += 1
        self.steps = self.rounds = 0
        self.may_restart = True
        pending = self.pending
        pending.append((analysis, work))
        seen = {(id(analysis), work.key)}
        try:
            while True:
                try:
                    result = self.solve(*pending[-1])
                except _TooDeep as deeper:
                    one = (id(deeper.analysis), deeper.work.key)
                    # a circle that is as long as this is cut
                    self.may_restart = one not in seen and len(seen) < _MAX_RESTARTS
                    if self.may_restart:
                        seen.add(one)
                        pending.append((deeper.analysis, deeper.work))
                    continue
                pending.pop()
                self.may_restart = True
                if not pending:
                    return result
        finally:
            pending.clear()

    def _consult(self, frame: Frame) -> Any:
        frame.consulted = True
        top = self.frames[-1]
        top.rests |= 1 << frame.place
        top.circular = top.circular or frame.guess is CIRCULAR
        return frame.guess

    def _rests_on(self, tentative: Tentative) -> Any:
        top = self.frames[-1]
        for head, _ in tentative.heads:
            top.rests |= 1 << head.place
        top.circular = top.circular or tentative.result is CIRCULAR
        top.is_cut = top.is_cut or tentative.cut > 0
        return tentative.result

    def _settled(self, frame: Frame, work: Work, result: Any) -> Any:
        """The result of the head of a cycle, worked out again until it follows from itself; of others, whether it says
        anything yet."""
        own = 1 << frame.place
        while True:
            if frame.circular and result == NOTHING:
                result = CIRCULAR
            if not frame.rests & own:
                return result
            frame.rests &= ~own
            if result == frame.guess:
                return result
            if frame.round == _MAX_ROUNDS or self.rounds == _MOST_ROUNDS:
                frame.consulted = False  # its last guess is not what it has come to
                return work.empty
            frame.guess = result
            frame.round += 1
            self.rounds += 1
            frame.rests, frame.is_cut, frame.circular = 0, False, False
            result = work.compute(frame.analysis, work.node, *work.arguments)


def _bits(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _is_as_guessed(frame: Frame, result: Any) -> bool:
    """Whether the head of a circle has come to what it had guessed in its last round."""
    return result == frame.guess and (result is CIRCULAR) is (frame.guess is CIRCULAR)
