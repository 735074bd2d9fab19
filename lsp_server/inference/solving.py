"""Works out facts that depend on each other: how deep, how long, and what to do when they run in circles.

A loop makes a variable depend on itself. Such a cycle is solved as data-flow analyses do: what is being worked out
counts as `CIRCULAR` (nothing is known against it) at first, and the head of the cycle is worked out again with its last
result until that is stable. What was worked out on the way holds only for that round, and is kept for just as long.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable
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
    low: int
    """The outermost frame whose guess this result rests on; its own place if it rests on none, -1 if it was cut."""
    round: int = 0
    consulted: bool = False
    circular: bool = False


class Tentative:
    """A result that holds while the head of its cycle is in the same round."""

    __slots__ = ("head", "low", "result", "round")

    def __init__(self, result: Any, head: Frame, low: int) -> None:
        self.result = result
        self.head = head
        self.round = head.round
        self.low = low

    def holds(self, frames: list[Frame]) -> bool:
        return self.low < len(frames) and frames[self.low] is self.head and self.head.round == self.round


class _TooDeep(Exception):
    """Something lies deeper than can be worked out on the way."""

    def __init__(self, analysis: Analysis, work: Work) -> None:
        self.analysis = analysis
        self.work = work


class Solver:
    """What one request works out, over all files that it leads to. Bounds the answer in depth and steps."""

    __slots__ = ("asking", "calls", "cuts", "frames", "may_restart", "pending", "steps")

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.asking: Frame | None = None
        """For whom it is asked where nothing is being worked out: whoever looks at a class (`asked_for`)."""
        self.pending: list[tuple[Analysis, Work]] = []
        """What is worked out from the top: what was asked, and what it turned out to need."""
        self.may_restart = True
        self.steps = 0
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
            self.steps = 0
            self.may_restart = True
            try:
                return self._work(analysis, work, 0)
            except _TooDeep as deeper:
                return self._from_the_top(analysis, work, deeper)
        place = analysis.running.get(key)
        if place is not None:
            return self._consult(frames[place], place)
        tentative = analysis.tentative.get(key)
        if tentative is not None and tentative.holds(frames):
            self._rests_on(tentative.low, tentative.result)
            return tentative.result
        depth = len(frames)
        if depth > _MAX_DEPTH and self.may_restart and self.steps <= _MAX_STEPS:
            raise _TooDeep(analysis, work)
        if depth and (depth > _MAX_DEPTH or self.steps > _MAX_STEPS):
            self.cuts += 1
            frames[-1].low = -1
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
                result = _settled(frame, depth, work, result)
        finally:
            frames.pop()
            del analysis.running[key]
        if frame.low >= depth or (not depth and len(self.pending) <= 1):
            result = NOTHING if result is CIRCULAR else result
            analysis.known[key] = result
        else:
            if depth:
                self._rests_on(frame.low, result)
            if frame.low >= 0:
                analysis.tentative[key] = Tentative(result, frames[frame.low], frame.low)
        return result

    def _from_the_top(self, analysis: Analysis, work: Work, deeper: _TooDeep) -> Any:
        """Work something out; what it needs and is too deep is worked out before it, and so on. A chain of any length
        (``x = f(x)``, a hundred times) takes no more of Python's stack than a short one."""
        seen = {(id(analysis), work.key), (id(deeper.analysis), deeper.work.key)}
        self.pending += [(analysis, work), (deeper.analysis, deeper.work)]
        try:
            while True:
                try:
                    result = self.solve(*self.pending[-1])
                except _TooDeep as deeper:
                    one = (id(deeper.analysis), deeper.work.key)
                    # a circle that is as long as this is cut
                    self.may_restart = one not in seen and len(seen) < _MAX_RESTARTS
                    if self.may_restart:
                        seen.add(one)
                        self.pending.append((deeper.analysis, deeper.work))
                    continue
                self.pending.pop()
                self.may_restart = True
                if not self.pending:
                    return result
        finally:
            self.pending.clear()

    def _consult(self, frame: Frame, place: int) -> Any:
        frame.consulted = True
        self._rests_on(place, frame.guess)
        return frame.guess

    def _rests_on(self, place: int, result: Any) -> None:
        top = self.frames[-1]
        if place < top.low:
            top.low = place
        if result is CIRCULAR:
            top.circular = True


def _settled(frame: Frame, depth: int, work: Work, result: Any) -> Any:
    """The result of the head of a cycle, worked out again until it follows from itself; of others, whether it says
    anything yet."""
    while True:
        if frame.circular and result == NOTHING:
            result = CIRCULAR
        if not frame.consulted or result == frame.guess:
            return result
        if frame.round == _MAX_ROUNDS:
            return work.empty
        frame.guess = result
        frame.round += 1
        frame.low, frame.consulted, frame.circular = depth, False, False
        result = work.compute(frame.analysis, work.node, *work.arguments)
