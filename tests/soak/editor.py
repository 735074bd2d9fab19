"""The client's side of a session: what every open document must hold, and each request with its cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.client import Client

CAPABILITIES: dict[str, Any] = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
        "semanticTokens": {
            "requests": {"full": {"delta": True}, "range": True},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    },
}


PROBE = "\n$\n"
"""Parses nowhere, also where brackets are open."""


class Cost(NamedTuple):
    """What one request took, in seconds."""

    kind: str
    wall: float
    processor: float
    """Of the server's main thread: what else the machine does is not in it."""


class Change(NamedTuple):
    """Characters ``start:end`` of a text give way to others."""

    start: int
    end: int
    text: str


class Buffer:
    """An open document, as its user sees it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.uri = path.as_uri()
        self.text = text
        self.version = 1
        self.undone_by: list[Change] = []

    def position(self, offset: int) -> dict[str, int]:
        """The place of a character, columns in UTF-16."""
        before = self.text[:offset]
        line = before.count("\n")
        return {"line": line, "character": utf16(before[before.rfind("\n") + 1 :])}

    def offset(self, position: dict[str, int]) -> int:
        start = 0
        for _ in range(position["line"]):
            start = self.text.index("\n", start) + 1
        units = 0
        while units < position["character"]:
            units += utf16(self.text[start])
            start += 1
        return start


def utf16(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


class Editor:
    """Types into a server, and remembers what it must know."""

    def __init__(self, client: Client, record: Callable[[Cost], None]) -> None:
        self._client = client
        self._record = record
        self.buffers: dict[Path, Buffer] = {}

    def open(self, path: Path) -> Buffer:
        buffer = self.buffers[path] = Buffer(path, path.read_text(encoding="utf-8"))
        self._client.open(path, buffer.text)
        return buffer

    def close(self, buffer: Buffer) -> None:
        del self.buffers[buffer.path]
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": buffer.uri}})

    def save(self, buffer: Buffer) -> None:
        buffer.path.write_text(buffer.text, encoding="utf-8")
        self.files_changed({buffer.path: 2})

    def rename(self, buffer: Buffer, name: str) -> Buffer:
        """A file gets another name on the disk while it is open: editors close the one and open the other."""
        old, new = buffer.path, buffer.path.with_name(name)
        self.save(buffer)
        self.close(buffer)
        old.rename(new)
        self.files_changed({old: 3, new: 1})
        return self.open(new)

    def files_changed(self, kinds: dict[Path, int]) -> None:
        changes = [{"uri": path.as_uri(), "type": kind} for path, kind in kinds.items()]
        self._client.notify("workspace/didChangeWatchedFiles", {"changes": changes})

    def change(self, buffer: Buffer, *changes: Change) -> None:
        """One notification with some changes, each of the text that the one before it left."""
        sent: list[dict[str, Any]] = []
        for change in changes:
            range_ = {"start": buffer.position(change.start), "end": buffer.position(change.end)}
            sent.append({"range": range_, "text": change.text})
            self._apply(buffer, change)
        self._send(buffer, sent)

    def replace_all(self, buffer: Buffer, text: str) -> None:
        """The whole text at once, as formatters do it."""
        self._apply(buffer, Change(0, len(buffer.text), text))
        self._send(buffer, [{"text": text}])

    def undo(self, buffer: Buffer, leave: int = 0) -> None:
        """Take changes back, one by one, until so many are left."""
        while len(buffer.undone_by) > leave:
            self.change(buffer, buffer.undone_by.pop())
            buffer.undone_by.pop()

    def _apply(self, buffer: Buffer, change: Change) -> None:
        gone = buffer.text[change.start : change.end]
        buffer.undone_by.append(Change(change.start, change.start + len(change.text), gone))
        buffer.text = buffer.text[: change.start] + change.text + buffer.text[change.end :]

    def _send(self, buffer: Buffer, changes: list[dict[str, Any]]) -> None:
        buffer.version += 1
        document = {"uri": buffer.uri, "version": buffer.version}
        self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def ask(self, kind: str, params: dict[str, Any]) -> Any:
        """The result of a request; its cost is recorded. An error is one of ours and ends the session."""
        processor, begun = self._processor(), time.perf_counter()
        answer = self._client.answer(self._client.ask(kind, params))
        wall = time.perf_counter() - begun
        self._record(Cost(kind, wall, self._processor() - processor))
        if "error" in answer:
            raise AssertionError(f"{kind} {params}: {answer['error']}")
        return answer.get("result")

    def ask_at(self, kind: str, buffer: Buffer, offset: int) -> Any:
        return self.ask(kind, {"textDocument": {"uri": buffer.uri}, "position": buffer.position(offset)})

    def ask_about(self, kind: str, buffer: Buffer, **more: Any) -> Any:
        return self.ask(kind, {"textDocument": {"uri": buffer.uri}, **more})

    def apply(self, edit: dict[str, Any]) -> None:
        """A workspace edit, as a client applies it: all ranges are of the text before."""
        for changed in edit.get("documentChanges", []):
            buffer = next(one for one in self.buffers.values() if one.uri == changed["textDocument"]["uri"])
            places = [
                (buffer.offset(one["range"]["start"]), buffer.offset(one["range"]["end"]), number, one["newText"])
                for number, one in enumerate(changed["edits"])
            ]
            self.change(buffer, *(Change(*place[:2], place[3]) for place in sorted(places, reverse=True)))

    def server_s_text(self, buffer: Buffer, framework: str) -> str | None:
        """The text as the server has it, told by a conversion into the framework that the file already uses: it
        changes nothing, and gives the text whole because of a line that does not parse, which is put in for it."""
        self.change(buffer, Change(len(buffer.text), len(buffer.text), PROBE))
        found = self.ask_about("torchspore/convert", buffer, to=framework)
        self.undo(buffer, len(buffer.undone_by) - 1)
        return None if found is None else found["text"].removesuffix(PROBE)

    def _processor(self) -> float:
        """Seconds that the server's main thread has run."""
        try:
            return int(Path(f"/proc/{self._client.process.pid}/schedstat").read_text().split()[0]) / 1e9
        except OSError:
            return 0.0
