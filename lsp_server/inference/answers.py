"""What jedi answered, kept on disk per environment, so that it is asked once and not once per start.

A file that is broken, cannot be written or has grown too large costs its answers and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import msgspec

_MOST_ANSWERS = 20_000
_MOST_BYTES = 5_000_000
_MOST_FILES = 30
_FORMAT = "1"

Question = tuple[str, str]
"""A module and a name in it."""


class Answers:
    """The answers for one environment: the file that defines a name, or None if there is none."""

    def __init__(self, folder: Path | None, environment: str) -> None:
        """Without a folder nothing is kept on disk."""
        import hashlib  # OpenSSL comes with it: not before the first question

        digest = hashlib.sha256("\n".join((_FORMAT, _jedi(), sys.version, environment)).encode()).hexdigest()
        self.path = folder / f"{digest[:32]}.json" if folder is not None else None
        self._known = self._read()
        self._new: dict[str, str | None] = {}

    def __contains__(self, question: Question) -> bool:
        key = ":".join(question)
        if key not in self._known:
            return False
        path = self._known[key]
        return path is None or Path(path).is_file()

    def get(self, question: Question) -> Path | None:
        path = self._known.get(":".join(question))
        return Path(path) if path is not None else None

    def all(self) -> dict[str, str | None]:
        """By ``module:name``; files that are gone are no answers."""
        return {key: path for key, path in self._known.items() if path is None or Path(path).is_file()}

    def put(self, question: Question, path: Path | None, lasting: bool = True) -> None:
        """Only a ``lasting`` answer is kept on disk, not that jedi could not be asked."""
        key = ":".join(question)
        self._known[key] = str(path) if path is not None and path.is_file() else None
        if lasting:
            self._new[key] = self._known[key]

    def save(self) -> None:
        """Add what is new to what other processes have written meanwhile. Whole or not at all."""
        if self.path is None or not self._new:
            return
        merged = {**self._read(), **self._new}
        self._new = {}
        for key in list(merged)[: max(0, len(merged) - _MOST_ANSWERS)]:
            del merged[key]
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _thin_out(self.path.parent)
            import tempfile  # only to write

            handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self.path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.json.encode(merged))
                Path(name).replace(self.path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _read(self) -> dict[str, str | None]:
        if self.path is None:
            return {}
        try:
            if self.path.stat().st_size > _MOST_BYTES:
                return {}
            return msgspec.json.decode(self.path.read_bytes(), type=dict[str, str | None])
        except (OSError, ValueError):
            return {}


def _thin_out(folder: Path) -> None:
    """Environments that nobody asked about for long are forgotten."""
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for path in files[: max(0, len(files) - _MOST_FILES + 1)]:
        path.unlink(missing_ok=True)


def _jedi() -> str:
    from importlib.metadata import PackageNotFoundError, version  # with it come email and zipfile

    try:
        return version("jedi")
    except PackageNotFoundError:
        return ""


def cache_folder() -> Path | None:
    """Where the platform wants such files to be; None where there is no home."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return Path(base, "torchspore", "Cache") if base else None
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base, "torchspore")
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "torchspore"
