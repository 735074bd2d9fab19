"""Runs work in forked children, so that a crash, a hang or a delayed error of one case spoils no other.

``multiprocessing.Pool`` waits for ever when a child dies; children are forked and waited for by hand.
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

import msgspec


class CaseResult(msgspec.Struct, frozen=True):
    """What became of one case."""

    index: int
    agree: bool
    error: float = 0.0
    failure: str = ""


Work = Callable[[str, int], CaseResult]
"""Runs one case of a job, by number. After a case that did not agree the rest runs in a fresh process."""


@dataclass(slots=True)
class _Child:
    job: str
    pid: int
    pipe: int
    next_case: int
    deadline: float
    pending: bytes = b""
    failed: bool = False


@dataclass(slots=True)
class _Queue:
    cases: dict[str, int]
    waiting: list[tuple[str, int]]
    results: dict[str, list[CaseResult]] = field(default_factory=dict[str, "list[CaseResult]"])


def run_all(
    jobs: Sequence[tuple[str, int]], work: Work, processes: int, timeout: float
) -> Iterator[tuple[str, list[CaseResult]]]:
    """Run every case of every job (name, number of cases). Yields each job with its results as it is finished."""
    queue = _Queue(dict(jobs), [(name, 0) for name, count in jobs if count])
    queue.waiting.reverse()
    selector = selectors.DefaultSelector()
    children: dict[int, _Child] = {}
    try:
        while queue.waiting or children:
            while queue.waiting and len(children) < processes:
                name, first = queue.waiting.pop()
                child = _fork(name, first, queue.cases[name], work, timeout)
                children[child.pipe] = child
                selector.register(child.pipe, selectors.EVENT_READ)
            for key, _ in selector.select(timeout=0.5):
                child = children[key.fd]
                if not _read(child, queue, timeout):
                    _reap(child, selector, children)
                    yield from _finish(child, queue, "the process died")
            for child in [child for child in children.values() if time.monotonic() > child.deadline]:
                os.killpg(child.pid, signal.SIGKILL)
                _reap(child, selector, children)
                yield from _finish(child, queue, f"no answer within {timeout:.0f} s")
    finally:
        for child in children.values():
            os.killpg(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        selector.close()


def _fork(name: str, first: int, count: int, work: Work, timeout: float) -> _Child:
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        os.close(writer)
        return _Child(name, pid, reader, first, time.monotonic() + timeout)
    os.close(reader)
    os.setpgid(0, 0)
    _be_silent()
    try:
        for index in range(first, count):
            result = work(name, index)
            os.write(writer, msgspec.json.encode(result) + b"\n")
            if not result.agree:
                break
    except BaseException:
        os.write(
            writer, msgspec.json.encode(CaseResult(-1, False, failure=traceback.format_exc(limit=3)[-400:])) + b"\n"
        )
    finally:
        os._exit(0)


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
        result = msgspec.json.decode(line, type=CaseResult)
        if result.index < 0:
            result = msgspec.structs.replace(result, index=child.next_case)
        queue.results.setdefault(child.job, []).append(result)
        child.next_case = result.index + 1
        child.failed = not result.agree
        child.deadline = time.monotonic() + timeout
    return True


def _reap(child: _Child, selector: selectors.BaseSelector, children: dict[int, _Child]) -> None:
    selector.unregister(child.pipe)
    os.close(child.pipe)
    os.waitpid(child.pid, 0)
    del children[child.pipe]


def _finish(child: _Child, queue: _Queue, cause: str) -> Iterator[tuple[str, list[CaseResult]]]:
    count = queue.cases[child.job]
    results = queue.results.setdefault(child.job, [])
    if child.next_case < count and not child.failed:
        results.append(CaseResult(child.next_case, False, failure=cause))
        child.next_case += 1
    if child.next_case < count:
        queue.waiting.append((child.job, child.next_case))
    else:
        yield child.job, queue.results.pop(child.job)
