"""A server in this process: thousands of messages a second, and what it logs as an error is what is looked for."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import traceback
from pathlib import Path
from typing import Any

from lsp_server.catalog.catalog import shipped
from lsp_server.server.app import create
from lsp_server.server.dispatch import Dispatch
from lsp_server.server.transport import Splitter

QUIET = {"settings": {"jedi": {"enable": False}, "hover": {"documentation": "off"}, "showNotifications": "off"}}
MOST_SECONDS = 10.0
"""Of the processor for one message: far above what any needs, far below what makes a user restart his editor."""


class Found(Exception):
    """Something went wrong: the message names it the same way whenever it is the same."""


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            self.said.append(record.getMessage())
            return
        frames = traceback.extract_tb(error.__traceback__)
        last = frames[-1] if frames else None
        place = f"{Path(last.filename).name}:{last.name}" if last else "nowhere"
        self.said.append(f"{type(error).__name__} in {place}")


class Direct:
    """Talks to a server as a client does, without a process between."""

    def __init__(self, folder: Path, initialize: bool = True) -> None:
        self._server = create(shipped())
        self._server.protocol.set_writer(self)
        self._dispatch = Dispatch(self._server.protocol)
        self._splitter = Splitter()
        self._answers = Splitter()
        self._loop = asyncio.new_event_loop()
        self._errors = _Errors()
        self._id = 0
        self.folder = folder
        self.answers: dict[Any, list[dict[str, Any]]] = {}
        """By id, in the order in which they came."""
        self.ended: int | None = None
        """With what the server said exit."""
        for name in ("torchspore", "asyncio"):
            logger = logging.getLogger(name)
            logger.addHandler(self._errors)
            logger.propagate = False
        # pygls says what clients did wrong, that is no error of ours
        logging.getLogger("pygls").setLevel(logging.CRITICAL)
        if initialize:
            self.ask("initialize", hello(folder))
            self.notify("initialized", {})

    def close(self) -> None:
        self._server.session_ended()
        self._server.shutdown()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        for name in ("torchspore", "asyncio"):
            logging.getLogger(name).removeHandler(self._errors)

    def write(self, data: bytes) -> None:
        """The server's side of its output."""
        for body in self._answers.feed(data):
            message = json.loads(body)
            if "method" not in message:
                self.answers.setdefault(_key(message.get("id")), []).append(message)
            elif "id" in message:
                self._loop.call_soon(self._answer, message["id"])

    def _answer(self, number: Any) -> None:
        self._dispatch.take(json.dumps({"jsonrpc": "2.0", "id": number, "result": None}).encode())

    def feed(self, data: bytes) -> None:
        """Bytes as they may come from anywhere."""
        self._run(self._splitter.feed(data))

    def send(self, message: Any) -> None:
        self._run([json.dumps(message).encode()])

    def notify(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """The result. Raises `Found` if there is none or an error."""
        found = self.answer(method, params)
        if "error" in found:
            raise Found(f"{method}: {found['error']['message']}")
        return found.get("result")

    def answer(self, method: str, params: Any) -> dict[str, Any]:
        """The whole answer, of which there must be one; it may be an error."""
        self._id += 1
        number = f"asked {self._id}"
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        key, end = _key(number), time.monotonic() + 60
        while key not in self.answers and time.monotonic() < end:
            self._loop.run_until_complete(asyncio.sleep(0.001))
        self.look(method)
        found = self.answers.pop(key, [])
        if len(found) != 1:
            raise Found(f"{method}: {len(found)} answers")
        return found[0]

    def look(self, what: str) -> None:
        """Raise `Found` for the first error that was logged."""
        if self._errors.said:
            said = self._errors.said[0]
            self._errors.said.clear()
            raise Found(f"{what}: {said}")

    def settle(self) -> None:
        """Let what was begun come to its end."""
        self._loop.run_until_complete(asyncio.sleep(0.02))

    def _run(self, bodies: list[bytes]) -> None:
        async def take() -> None:
            for body in bodies:
                begun = time.process_time()
                self._dispatch.take(body)
                spent = time.process_time() - begun
                if spent > MOST_SECONDS:
                    raise Found(f"{spent:.0f} seconds for one message")
            for _ in range(3):
                await asyncio.sleep(0)

        try:
            self._loop.run_until_complete(take())
        except SystemExit as said:
            self.ended = said.code if isinstance(said.code, int) else 0


def hello(folder: Path) -> dict[str, Any]:
    uri = folder.as_uri()
    return {
        "processId": None,
        "rootUri": uri,
        "workspaceFolders": [{"uri": uri, "name": "fuzz"}],
        "initializationOptions": QUIET,
        "capabilities": {
            "textDocument": {
                "diagnostic": {},
                "hover": {"contentFormat": ["markdown"]},
                "codeAction": {
                    "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
                    "resolveSupport": {"properties": ["edit"]},
                    "dataSupport": True,
                },
            }
        },
    }


def _key(number: Any) -> Any:
    return json.dumps(number)
