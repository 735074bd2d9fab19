"""A bare JSON-RPC client: what it measures is the server, not a client library."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import psutil

SECONDS = 600.0
"""How long an answer may take if nobody says otherwise: a server that hangs fails its test and stops no other."""
_CHUNK = 1 << 16
_KEPT = 1000


class NoAnswer(Exception):
    """The server is silent for too long, or has gone: the message says which."""


class Client:
    """One server process over stdio; the clock starts with the process."""

    def __init__(
        self,
        command: list[str],
        root: Path,
        cache: Path,
        options: dict[str, Any] | None = None,
        python_path: Path | None = None,
        *,
        capabilities: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        seconds: float = SECONDS,
        errors: IO[bytes] | int = subprocess.DEVNULL,
        initialize: bool = True,
    ) -> None:
        """``capabilities`` are added to those of a plain client; ``environment`` to the environment of the process."""
        variables = {**os.environ, "XDG_CACHE_HOME": str(cache), "HOME": str(cache), **(environment or {})}
        if python_path is not None:
            variables["PYTHONPATH"] = str(python_path)
        self.seconds = seconds
        self.notifications: deque[tuple[float, str, Any]] = deque(maxlen=_KEPT)
        """The last ones that the server sent: when they were read, what, with what."""
        self.answers_to: dict[str, Callable[[Any], Any]] = {
            "workspace/configuration": lambda params: [None] * len(params["items"]),
            "workspace/applyEdit": lambda params: {"applied": False},
        }
        """What requests of the server get; null if it is not here."""
        self.server: dict[str, Any] = {}
        """What the server can do."""
        self._data = bytearray()
        self._answers: dict[Any, dict[str, Any]] = {}
        self._id = 0
        self._version = 1
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=root, env=variables, bufsize=0
        )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._in, False)
        if not initialize:
            return
        plain: dict[str, Any] = {
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {"hover": {"contentFormat": ["markdown"]}, "diagnostic": {}},
        }
        found = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root.as_uri(),
                "capabilities": merged(plain, capabilities or {}),
                "workspaceFolders": [{"uri": root.as_uri(), "name": "bench"}],
                "initializationOptions": options or {},
            },
        )
        self.server = (found or {}).get("capabilities", {})
        self.notify("initialized", {})

    def notify(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any, seconds: float | None = None) -> Any:
        """The result; None also if the server refuses. Raises `NoAnswer`."""
        return self.answer(self.ask(method, params), seconds).get("result")

    def ask(self, method: str, params: Any) -> int:
        """Send a request and wait for nothing: its id."""
        self._id += 1
        self.send({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        return self._id

    def answer(self, request: Any, seconds: float | None = None) -> dict[str, Any]:
        """The whole answer to a request, by its id: with a result or an error. Raises `NoAnswer`."""
        end = time.monotonic() + (self.seconds if seconds is None else seconds)
        while request not in self._answers:
            self._take(end)
        return self._answers.pop(request)

    def wait_for(self, method: str, is_it: Callable[[Any], bool], after: float, seconds: float) -> Any:
        """The parameters of a notification that came after a time of `time.perf_counter`. Raises `NoAnswer`."""
        end = time.monotonic() + seconds
        while True:
            for when, name, params in reversed(self.notifications):
                if when < after:
                    break
                if name == method and is_it(params):
                    return params
            self._take(end)

    def open(self, path: Path, text: str) -> str:
        uri = path.as_uri()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def insert(self, uri: str, line: int, character: int, text: str) -> None:
        place = {"line": line, "character": character}
        self.replace(uri, place, place, text)

    def replace(self, uri: str, start: dict[str, int], end: dict[str, int], text: str) -> int:
        """Change a range; the version that the document has then."""
        self._version += 1
        change = {"range": {"start": start, "end": end}, "text": text}
        document = {"uri": uri, "version": self._version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return self._version

    def hover(self, uri: str, line: int, character: int) -> Any:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
        return self.request("textDocument/hover", place)

    def processes(self) -> list[psutil.Process]:
        """The server and what it has started."""
        try:
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    @property
    def resident_megabytes(self) -> float:
        total = 0
        for one in self.processes():
            try:
                total += one.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total / 1e6

    def close(self) -> None:
        """Say good-bye; a server that does not go is killed."""
        try:
            self.request("shutdown", None, 20)
            self.notify("exit", None)
            self.process.wait(10)
        except (NoAnswer, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        for one in reversed(self.processes()):
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        self.process.wait()

    def send(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send_bytes(self, data: bytes) -> None:
        """As they are. Reads while the server reads nothing, so that no two pipes wait for each other."""
        rest = memoryview(data)
        end = time.monotonic() + self.seconds
        while rest:
            readable, writable, _ = select.select([self._out], [self._in], [], max(end - time.monotonic(), 0))
            if writable:
                try:
                    rest = rest[os.write(self._in, rest) :]
                except BrokenPipeError:
                    raise NoAnswer(f"the server has gone with {self.process.wait()}") from None
            elif readable:
                self._read()
            else:
                raise NoAnswer("the server takes nothing")

    def _take(self, end: float) -> None:
        """Read on until a message was taken."""
        while not self._messages():
            readable, _, _ = select.select([self._out], [], [], max(end - time.monotonic(), 0))
            if not readable:
                raise NoAnswer("the server is silent")
            self._read()

    def _read(self) -> None:
        chunk = os.read(self._out, _CHUNK)
        if not chunk:
            raise NoAnswer(f"the server has gone with {self.process.wait()}")
        self._data += chunk

    def _messages(self) -> bool:
        """Sort in what was read; whether there was a whole message."""
        found = False
        while (head := self._data.find(b"\r\n\r\n")) >= 0:
            lines = bytes(self._data[:head]).lower().split(b"\r\n")
            length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
            if len(self._data) < head + 4 + length:
                break
            message = json.loads(self._data[head + 4 : head + 4 + length])
            del self._data[: head + 4 + length]
            found = True
            self._sort(message)
        return found

    def _sort(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            self._answers[message.get("id")] = message
        elif "id" in message:
            answer = self.answers_to.get(method, lambda params: None)
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer(message.get("params"))})
        else:
            self.notifications.append((time.perf_counter(), method, message.get("params")))


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Two objects as one; of two values that are no objects the other's."""
    both = dict(one)
    for key, value in other.items():
        known = both.get(key)
        both[key] = merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return both
