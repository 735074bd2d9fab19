"""How many findings the files of a workspace have, in this process and in a second one beside it."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from lsp_server.catalog.catalog import Catalog, shipped
from lsp_server.catalog.model import Framework
from lsp_server.findings import checking
from lsp_server.findings.checking import Wanted
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.installed import reader_for
from lsp_server.inference.packages import Packages
from lsp_server.inference.project import Externals, Project
from lsp_server.syntax.document import Document

_BATCH = 25
_ROUND = 20
"""Files between two looks at what is no longer needed."""
_LONG_ROUND = 200
"""Files between two looks for all garbage: what is not needed any more leads to itself."""
_LEAST_FILES = 300
"""In fewer files the second process would not be ready before they are done."""
_BATCH_SECONDS = 60.0


class Task(msgspec.Struct, frozen=True):
    """A file, and what is looked for in it."""

    path: str
    wanted: Wanted


class Order(msgspec.Struct, frozen=True):
    """What the second process must know to find the same."""

    roots: list[str]
    sites: list[str]
    editable: list[str]
    interpreter: str | None
    installed: list[tuple[Framework, str]]
    opened: dict[str, str]
    """The texts of open documents, by path."""
    answers: dict[str, str | None] | None
    """What jedi has answered; None if it is not asked."""


class Counted(msgspec.Struct, frozen=True):
    """The answer to a batch: how many findings, and what jedi is to be asked."""

    found: int
    questions: list[tuple[str, str]] = []


class _Answered:
    """What jedi has answered so far, and what it would be asked."""

    def __init__(self, answers: dict[str, str | None]) -> None:
        self._answers = answers
        self.questions: list[tuple[str, str]] = []

    def find(self, module: str, name: str) -> Path | None:
        key = f"{module}:{name}"
        if key not in self._answers:
            self._answers[key] = None
            self.questions.append((module, name))
        path = self._answers[key]
        return Path(path) if path is not None else None


class Checker:
    """Counts findings, file after file, in a project of which nobody asks for a second version."""

    def __init__(self, new_project: Callable[[bool], Project], externals: _Answered | None = None) -> None:
        self._new_project = new_project
        self._projects: dict[bool, Project] = {}
        self.externals = externals
        self._done = 0

    def count(self, task: Task) -> int:
        # what remains to be moved is worked out by unit, which only projects with versions do
        with_versions = task.wanted.target is not None
        project = self._projects.get(with_versions)
        if project is None:
            project = self._projects[with_versions] = self._new_project(with_versions)
        if self._done % _ROUND == 0:
            project.refresh()
            gc.collect(1 if self._done % _LONG_ROUND else 2)
        self._done += 1
        analysis = project.file(Path(task.path))
        return len(checking.findings(analysis, task.wanted)) if analysis is not None else 0


def checker_for(line: bytes) -> Checker:
    """In the second process: what an order asks for."""
    order = msgspec.json.decode(line, type=Order)
    catalog = catalog_at(order)
    packages = Packages(tuple(map(Path, order.sites)), tuple(map(Path, order.editable)))
    opened = {Path(path): Document.parse(text) for path, text in order.opened.items()}
    externals = _Answered(order.answers) if order.answers is not None else None
    roots = tuple(map(Path, order.roots))

    def new_project(with_versions: bool) -> Project:
        return Project(catalog, roots, opened.get, externals, packages, has_versions=with_versions)

    return Checker(new_project, externals)


def catalog_at(order: Order) -> Catalog:
    catalog = shipped()
    reader = reader_for(order.interpreter) if order.interpreter is not None else None
    for framework, version in order.installed:
        catalog = catalog.at(framework, version, reader)
    return catalog


def answer(checker: Checker, line: bytes) -> bytes:
    """In the second process: the findings of a batch."""
    found = 0
    for task in msgspec.json.decode(line, type=list[Task]):
        found += checker.count(task)
    questions: list[tuple[str, str]] = []
    if checker.externals is not None:
        questions, checker.externals.questions = checker.externals.questions, []
    return msgspec.json.encode(Counted(found, questions))


class Second:
    """The second process, which takes batches from the end. What it does not answer is done here."""

    def __init__(
        self, order: Order, waiting: deque[Task], externals: Externals, tell: Callable[[int, int], None]
    ) -> None:
        """``tell`` gets the number of files and findings of every batch."""
        self._order = order
        self._waiting = waiting
        self._externals = externals
        self._tell = tell

    async def run(self) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(Path(__file__).with_name("scan_worker.py")),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={**os.environ, "TORCHSPORE_SYS_PATH": os.pathsep.join(sys.path)},
            )
        except (OSError, NotImplementedError, RuntimeError):
            return
        try:
            await self._feed(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _feed(self, process: asyncio.subprocess.Process) -> None:
        taking, giving = process.stdin, process.stdout
        if taking is None or giving is None:
            return
        taking.write(msgspec.json.encode(self._order) + b"\n")
        while self._waiting:
            batch = [self._waiting.pop() for _ in range(min(_BATCH, len(self._waiting)))]
            try:
                taking.write(msgspec.json.encode(batch) + b"\n")
                await taking.drain()
                said = await asyncio.wait_for(giving.readline(), _BATCH_SECONDS)
                counted = msgspec.json.decode(said, type=Counted)
            except (OSError, asyncio.TimeoutError, ValueError, msgspec.MsgspecError):
                self._waiting.extend(reversed(batch))
                return
            except asyncio.CancelledError:
                self._waiting.clear()
                raise
            for module, name in counted.questions:
                self._externals.find(module, name)
            self._tell(len(batch), counted.found)


def is_large(files: int) -> bool:
    """Whether a second process pays, and there is a second processor."""
    return files >= _LEAST_FILES and (os.cpu_count() or 1) > 1


def answers_of(externals: JediExternals) -> dict[str, str | None] | None:
    return externals.known() if externals.enabled else None
