"""Packages outside the workspace, through jedi in a process of its own.

jedi answers one question here: which file defines a name of a package. Everything else is read from that file by our
own analysis. It runs in a worker process, so that it never holds the server's interpreter, can be killed when it
hangs, and costs nothing before the first question.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

_ANSWER_SECONDS = 20.0


class JediExternals:
    """Answers from memory; what is not known yet is asked in the background."""

    def __init__(self, roots: tuple[Path, ...], interpreter: str | None = None) -> None:
        self.roots = roots
        self.interpreter = interpreter
        self.enabled = True
        self.on_answer: Callable[[], None] = lambda: None
        """Called from a thread when a new answer is there."""
        self._known: dict[tuple[str, str], Path | None] = {}
        self._asked: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._worker: subprocess.Popen[str] | None = None

    def find(self, module: str, name: str) -> Path | None:
        key = (module, name)
        with self._lock:
            if key in self._known or not self.enabled:
                return self._known.get(key)
            if key not in self._asked:
                self._asked.add(key)
                if self._thread is None:
                    self._thread = threading.Thread(target=self._ask_all, name="jedi", daemon=True)
                    self._thread.start()
                self._wake.notify()
        return None

    def wait(self, seconds: float) -> bool:
        """Wait until everything asked so far is answered; False if the time is up first. Never call it on the loop."""
        with self._lock:
            return self._wake.wait_for(lambda: self._asked <= self._known.keys(), seconds)

    @property
    def pending(self) -> bool:
        with self._lock:
            return not self._asked <= self._known.keys()

    def close(self) -> None:
        worker = self._worker
        if worker is not None and worker.poll() is None:
            worker.kill()
            worker.wait()

    def _ask_all(self) -> None:
        while True:
            with self._lock:
                self._wake.wait_for(lambda: not self._asked <= self._known.keys())
                key = next(key for key in self._asked if key not in self._known)
            path = self._ask(*key)
            with self._lock:
                self._known[key] = path
                self._wake.notify_all()
            self.on_answer()

    def _ask(self, module: str, name: str) -> Path | None:
        worker = self._running()
        if worker is None or worker.stdin is None or worker.stdout is None:
            return None
        watchdog = threading.Timer(_ANSWER_SECONDS, worker.kill)
        watchdog.start()
        try:
            worker.stdin.write(json.dumps({"module": module, "name": name}) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except (OSError, ValueError):
            line = ""
        finally:
            watchdog.cancel()
        try:
            answer = json.loads(line)
        except ValueError:
            return None
        return Path(answer["path"]) if answer.get("path") else None

    def _running(self) -> subprocess.Popen[str] | None:
        if self._worker is None or self._worker.poll() is not None:
            command = [sys.executable, "-I", str(Path(__file__).with_name("jedi_worker.py"))]
            command += [self.interpreter or "", *map(str, self.roots)]
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
