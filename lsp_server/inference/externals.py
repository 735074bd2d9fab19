"""Packages outside the workspace, through jedi in a process of its own.

jedi answers one question here: which file defines a name of a package. Everything else is read from that file by our
own analysis. It is asked only where the folders of the environment do not show it: names that packages make up while
they run, packages that are found in unusual ways. It runs in a worker process, so that it never holds the server's
interpreter, can be killed when it hangs, and costs nothing before the first question.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from lsp_server.inference.answers import Answers, Question, cache_folder
from lsp_server.inference.packages import Packages

_ANSWER_SECONDS = 20.0
_MOST_QUESTIONS = 2_000
"""More names of unknown packages than any program has; a session that gets there asks nothing more."""
_MOST_FAILURES = 3
"""Workers in a row that give no answer, before this environment is given up."""


class Answer(msgspec.Struct, frozen=True):
    """A line from the worker: the file that defines the name, if jedi found one."""

    path: str | None


class JediExternals:
    """Answers from memory and disk; what is not known yet is asked in the background."""

    def __init__(self, roots: tuple[Path, ...], packages: Packages | None = None) -> None:
        self.roots = roots
        self.enabled = True
        self.found = False
        """Whether any answer was a file so far."""
        self.on_answer: Callable[[], None] = lambda: None
        """Called from a thread when a file was found that was not known before."""
        self._packages = packages or Packages()
        self._answers: Answers | None = None
        self._queue: deque[Question] = deque()
        self._asked: set[Question] = set()
        self._failures = 0
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._worker: subprocess.Popen[str] | None = None

    def use(self, packages: Packages) -> None:
        """Answer for the environment that has these packages from now on."""
        with self._lock:
            if packages == self._packages:
                return
            self._packages = packages
            self._forget()
        self.close()

    def renew(self) -> None:
        """Packages may have been installed or removed."""
        with self._lock:
            if self._answers is not None and self._answers.path != self._store().path:
                self._forget()

    def _forget(self) -> None:
        self._answers = None
        self._queue.clear()
        self._asked.clear()
        self._failures = 0

    def find(self, module: str, name: str) -> Path | None:
        question = (module, name)
        with self._lock:
            if not self.enabled:
                return None
            if self._answers is None:
                self._answers = self._store()
            if question in self._answers:
                path = self._answers.get(question)
                self.found = self.found or path is not None
                return path
            if question not in self._asked and len(self._asked) < _MOST_QUESTIONS:
                self._asked.add(question)
                self._queue.append(question)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._ask_all, name="jedi", daemon=True)
                    self._thread.start()
                self._wake.notify_all()
        return None

    def known(self) -> dict[str, str | None]:
        """All answers that there are, by ``module:name``."""
        with self._lock:
            if self._answers is None:
                self._answers = self._store()
            return self._answers.all()

    def wait(self, seconds: float) -> bool:
        """Wait until everything asked so far is answered; False if the time is up first. Never call it on the loop."""
        with self._lock:
            return self._wake.wait_for(lambda: not self._asked, seconds)

    @property
    def pending(self) -> bool:
        with self._lock:
            return bool(self._asked)

    def close(self) -> None:
        with self._lock:
            if self._answers is not None:
                self._answers.save()
        worker = self._worker
        if worker is not None and worker.poll() is None:
            worker.kill()
            worker.wait()

    def _store(self) -> Answers:
        folder = cache_folder()
        environment = "\n".join((*map(str, self.roots), self._packages.state()))
        return Answers(folder / "jedi" if folder is not None else None, environment)

    def _ask_all(self) -> None:
        while True:
            with self._lock:
                self._wake.wait_for(lambda: bool(self._queue))
                question = self._queue.popleft()
                answers = self._answers
            answer = self._ask(*question) if self._failures < _MOST_FAILURES else None
            path = Path(answer.path) if answer is not None and answer.path else None
            with self._lock:
                self._failures = 0 if answer is not None else self._failures + 1
                if answers is not None and answers is self._answers:
                    answers.put(question, path, lasting=answer is not None)
                    self._asked.discard(question)
                    if not self._queue:
                        answers.save()
                    self._wake.notify_all()
            if path is not None:
                self.on_answer()

    def _ask(self, module: str, name: str) -> Answer | None:
        """None if the worker cannot be started, dies or takes too long."""
        worker = self._running()
        if worker is None or worker.stdin is None or worker.stdout is None:
            return None
        watchdog = threading.Timer(_ANSWER_SECONDS, worker.kill)
        watchdog.start()
        try:
            worker.stdin.write(msgspec.json.encode({"module": module, "name": name}).decode() + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except (OSError, ValueError):
            line = ""
        finally:
            watchdog.cancel()
        try:
            return msgspec.json.decode(line, type=Answer)
        except ValueError:
            return None

    def _running(self) -> subprocess.Popen[str] | None:
        if self._worker is None or self._worker.poll() is not None:
            folders = [list(map(str, one)) for one in (self.roots, self._packages.folders)]
            worker = str(Path(__file__).with_name("jedi_worker.py"))
            command = [sys.executable, "-I", worker, msgspec.json.encode(folders).decode()]
            try:
                self._worker = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    encoding="utf-8",
                    env={**os.environ, "TORCHSPORE_SYS_PATH": os.pathsep.join(sys.path)},
                )
            except OSError:
                return None
        return self._worker
