"""Runs work in forked children, so that a crash, a hang or a delayed error of one case spoils no other.

``multiprocessing.Pool`` waits for ever when a child dies; children are forked and waited for by hand. A child takes a
batch of jobs. What fails in a child that has run something else before, or in which MindSpore has raised before, is
not believed: it runs again as the first case of a fresh child.
"""

from __future__ import annotations

import os
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

Outcome = Literal["agree", "disagree", "refused", "outside", "dropped"]

BATCH_CASES, BATCH_JOBS = 150, 25
BELIEVED = 5
"""So many failures of a job are confirmed in fresh processes after an exception; the ones after them are believed."""
DEATHS = 3
"""After so many crashes and hangs the rest of a job is not run."""


class BackResult(msgspec.Struct, frozen=True):
    """What the way back of a case gave, and the symbol that it is evidence for."""

    symbol: str
    outcome: Outcome
    error: float = 0.0
    failure: str = ""
    counterpart: str = ""


class CaseResult(msgspec.Struct, frozen=True):
    """What became of one case."""

    index: int
    outcome: Outcome
    error: float = 0.0
    failure: str = ""
    raised: bool = False
    """MindSpore raised: what the same process does next may fail because of it."""
    died: bool = False
    """The process crashed or hung; the failure says which."""
    gradients: bool = False
    counterpart: str = ""
    """The one that was taken; a rule may have several."""
    back: BackResult | None = None

    @property
    def failed(self) -> bool:
        """Whether it says something that a fresh process must confirm; ``dropped`` because MindSpore raised is such."""
        lost = self.outcome == "disagree" or (self.outcome == "dropped" and self.raised)
        return lost or (self.back is not None and self.back.outcome == "disagree")


class Job(msgspec.Struct, frozen=True):
    """Cases that belong together. ``solo``: they change the state of a framework, so nothing runs after them."""

    name: str
    count: int
    solo: bool = False


class _Message(msgspec.Struct, frozen=True):
    """What a child tells: a result, or that the case must run again in a fresh process."""

    job: str
    index: int
    result: CaseResult | None = None


Work = Callable[[str, int], CaseResult]
"""Runs one case of a job, by number."""


@dataclass(slots=True)
class _Part:
    """The cases of a job that are still to be run."""

    job: Job
    first: int = 0
    confirmed: int = 0
    deaths: int = 0


@dataclass(slots=True)
class _Child:
    batch: list[_Part]
    pid: int
    pipe: int
    deadline: float
    pending: bytes = b""
    answered: int = 0
    spoilt: bool = False
    again: bool = False


@dataclass(slots=True)
class _Queue:
    waiting: list[_Part]
    """The next one last."""
    results: dict[str, list[CaseResult]] = field(default_factory=dict[str, "list[CaseResult]"])
    finished: list[str] = field(default_factory=list[str])

    def batch(self) -> list[_Part]:
        taken: list[_Part] = []
        cases = 0
        while self.waiting and len(taken) < BATCH_JOBS and cases < BATCH_CASES:
            if self.waiting[-1].job.solo and taken:
                break
            taken.append(self.waiting.pop())
            cases += taken[-1].job.count - taken[-1].first
            if taken[-1].job.solo:
                break
        return taken


def run_all(jobs: Sequence[Job], work: Work, processes: int, timeout: float) -> Iterator[tuple[str, list[CaseResult]]]:
    """Run every case of every job. Yields each job with its results as it is finished."""
    queue = _Queue([_Part(job) for job in reversed(jobs) if job.count])
    selector = selectors.DefaultSelector()
    children: dict[int, _Child] = {}
    try:
        while queue.waiting or children:
            while queue.waiting and len(children) < processes:
                child = _fork(queue.batch(), work, timeout)
                children[child.pipe] = child
                selector.register(child.pipe, selectors.EVENT_READ)
            for key, _ in selector.select(timeout=0.5):
                child = children[key.fd]
                if not _read(child, queue, timeout):
                    _reap(child, selector, children)
                    _settle(child, queue, "the process died", bool(child.answered))
            for child in [child for child in children.values() if time.monotonic() > child.deadline]:
                os.killpg(child.pid, signal.SIGKILL)
                _reap(child, selector, children)
                _settle(child, queue, f"no answer within {timeout:.0f} s", child.spoilt)
            for name in queue.finished:
                yield name, queue.results.pop(name, [])
            queue.finished.clear()
    finally:
        for child in children.values():
            os.killpg(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        selector.close()


def _fork(batch: list[_Part], work: Work, timeout: float) -> _Child:
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(writer)
        return _Child(batch, pid, reader, time.monotonic() + timeout)
    os.close(reader)
    os.setpgid(0, 0)
    _be_silent()
    try:
        _work_off(batch, work, writer)
    finally:
        os._exit(0)


def _work_off(batch: list[_Part], work: Work, writer: int) -> None:
    fresh = True
    for part in batch:
        confirmed = part.confirmed
        for index in range(part.first, part.job.count):
            result = _answer(work, part.job.name, index)
            if result.failed and not fresh and confirmed < BELIEVED:
                _tell(writer, _Message(part.job.name, index))
                return
            _tell(writer, _Message(part.job.name, index, result))
            confirmed += result.failed
            fresh = fresh and not result.raised
        fresh = False


def _answer(work: Work, name: str, index: int) -> CaseResult:
    try:
        return work(name, index)
    except BaseException:
        return CaseResult(index, "disagree", failure=traceback.format_exc(limit=3)[-400:], raised=True)


def _tell(writer: int, message: _Message) -> None:
    data = msgspec.json.encode(message) + b"\n"
    while data:
        data = data[os.write(writer, data) :]


def _be_silent() -> None:
    """The frameworks write to the file descriptors themselves."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _read(child: _Child, queue: _Queue, timeout: float) -> bool:
    """Take in what a child wrote; False at its end."""
    data = os.read(child.pipe, 65536)
    if not data:
        return False
    *lines, child.pending = (child.pending + data).split(b"\n")
    for line in lines:
        message = msgspec.json.decode(line, type=_Message)
        child.deadline = time.monotonic() + timeout
        if message.result is None:
            child.again = True
            continue
        part = child.batch[0]
        child.answered += 1
        child.spoilt = child.spoilt or message.result.raised
        queue.results.setdefault(message.job, []).append(message.result)
        part.first = message.index + 1
        part.confirmed += message.result.failed
        if part.first >= part.job.count:
            queue.finished.append(part.job.name)
            child.batch.pop(0)
    return True


def _reap(child: _Child, selector: selectors.BaseSelector, children: dict[int, _Child]) -> None:
    selector.unregister(child.pipe)
    os.close(child.pipe)
    os.waitpid(child.pid, 0)
    del children[child.pipe]


def _settle(child: _Child, queue: _Queue, cause: str, doubtful: bool) -> None:
    """What a child that is gone has left over goes on in another one. ``doubtful``: something that ran before in that
    process may be to blame."""
    if not child.batch:
        return
    part = child.batch[0]
    if not child.again and not doubtful:
        result = CaseResult(part.first, "disagree", failure=cause, raised=True, died=True)
        queue.results.setdefault(part.job.name, []).append(result)
        part.first += 1
        part.deaths += 1
    if part.first >= part.job.count or part.deaths >= DEATHS:
        queue.finished.append(part.job.name)
        child.batch.pop(0)
    queue.waiting += reversed(child.batch)
