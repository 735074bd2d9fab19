"""What a conversion has written so far: one line for each file, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import msgspec

from lsp_server.migrate.project.tree import OWN_FOLDER
from lsp_server.migrate.project.work import Outcome, digest


class Line(msgspec.Struct, frozen=True):
    """A file that was converted. ``key`` stands for everything but contents that the result depends on."""

    path: str
    key: str
    digest: str
    reads: tuple[tuple[str, str], ...]
    result: str
    report: dict[str, Any]


class Journal:
    """The journal of one output folder, and the only way that converted files come into it."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._folder = out / OWN_FOLDER
        self._drafts = self._folder / "drafts"
        self._path = self._folder / "journal.jsonl"
        self._lines: dict[str, Line] = {}
        self._results: dict[str, set[str]] = {}
        decoder = msgspec.json.Decoder(Line)
        for raw in self._path.read_bytes().splitlines() if self._path.is_file() else ():
            try:
                self._note(decoder.decode(raw))
            except msgspec.MsgspecError:
                continue  # the line that an interrupted run was writing

    @property
    def exists(self) -> bool:
        return self._path.is_file()

    def open(self) -> None:
        """Begin to write; what an interrupted run left half done goes away. Raises OSError."""
        shutil.rmtree(self._drafts, ignore_errors=True)
        self._drafts.mkdir(parents=True, exist_ok=True)
        (self._folder / ".gitignore").write_text("*\n", encoding="utf-8")
        with self._path.open("ab"):
            pass

    def close(self) -> None:
        shutil.rmtree(self._drafts, ignore_errors=True)

    def _note(self, line: Line) -> None:
        self._lines[line.path] = line
        self._results.setdefault(line.path, set()).add(line.result)

    def known(self, path: str, key: str, own: str, digests: dict[str, str]) -> Line | None:
        """The line of a file that would come out the same again and is still there."""
        line = self._lines.get(path)
        if line is None or (line.key, line.digest) != (key, own):
            return None
        if any(digests.get(other) != then for other, then in line.reads):
            return None
        return line if self._present(path) == line.result else None

    def changed_by_hand(self, path: str) -> bool:
        """Whether a file stands in the output that no conversion wrote so: it is never overwritten."""
        present = self._present(path)
        return present is not None and present not in self._results.get(path, ())

    def _present(self, path: str) -> str | None:
        try:
            return digest((self.out / path).read_bytes())
        except OSError:
            return None

    def write(self, outcome: Outcome, data: bytes, key: str, mode: int) -> None:
        """Put one file in its place, whole. The line comes first: a file of ours is never taken for one of the user's.
        Raises OSError."""
        line = Line(outcome.path, key, outcome.digest, outcome.reads, digest(data), outcome.report)
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(line) + b"\n")
        self._note(line)
        self.place(outcome.path, data, mode)

    def place(self, path: str, data: bytes, mode: int) -> None:
        """Raises OSError."""
        draft = self._drafts / f"{os.getpid()}"
        draft.write_bytes(data)
        draft.chmod(mode & 0o777)
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)

    def copy(self, path: str, source: Path) -> None:
        """A file as it is, with its time and permissions. Raises OSError."""
        draft = self._drafts / "copy"
        draft.unlink(missing_ok=True)
        shutil.copy2(source, draft)
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)

    def link(self, path: str, to: str) -> None:
        """Raises OSError."""
        target = self.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = self._drafts / "link"
        draft.unlink(missing_ok=True)
        draft.symlink_to(to)
        draft.replace(target)
