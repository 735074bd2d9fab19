"""What holds where: the settings that the client sent, over those of the file that is nearest to a document."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from lsp_server.settings.files import Found, load, nearest, settings_of
from lsp_server.settings.model import Problem, Settings, layered, read

_LOOK_SECONDS = 0.5
"""How often files are looked at; clients that watch files say so sooner."""

Stamp = tuple[int, int] | None


class Configuration:
    """The settings of one client. Files are read when they change, and what is broken in them is named once."""

    def __init__(self, roots: Callable[[], tuple[Path, ...]]) -> None:
        self.roots = roots
        self._common: object = None
        self._sent: object = None
        self._nearest: dict[Path, tuple[float, Path | None]] = {}
        self._files: dict[Path, tuple[float, Stamp, Found]] = {}
        self._known: dict[Path | None, tuple[Stamp, Settings]] = {}
        self._problems: list[Problem] = []

    def send(self, sent: object, common: object = None) -> None:
        """Take what a client says; ``common`` is what it says for all of its windows."""
        self._common, self._sent = common, sent
        self._known.clear()
        defaults, problems = read(common)
        self._problems += problems + read(sent, defaults)[1]

    def problems(self) -> list[Problem]:
        """What was found since the last time."""
        found, self._problems = self._problems, []
        return found

    def look_again(self) -> None:
        """Files may have changed this moment."""
        self._nearest.clear()
        self._files = {path: (0.0, stamp, found) for path, (_, stamp, found) in self._files.items()}

    @property
    def whole(self) -> Settings:
        """Of the server: what the first folder of the workspace has."""
        roots = self.roots()
        return self._in(roots[0]) if roots else self._layered(None, None)

    def of(self, path: Path | None) -> Settings:
        """Of a file; one without a path has those of the server."""
        return self._in(path.parent) if path is not None else self.whole

    def _in(self, folder: Path) -> Settings:
        now = time.monotonic()
        looked, path = self._nearest.get(folder, (-_LOOK_SECONDS, None))
        if now - looked >= _LOOK_SECONDS:
            path = nearest(folder)
            self._nearest[folder] = now, path
        if path is None:
            return self._layered(None, None)
        looked, stamp, found = self._files.get(path, (-_LOOK_SECONDS, None, Found(path, {}, ())))
        if now - looked >= _LOOK_SECONDS:
            fresh = _stamp(path)
            if fresh != stamp:
                stamp, found = fresh, load(path)
                self._problems += found.problems
            self._files[path] = now, stamp, found
        return self._layered(stamp, found)

    def _layered(self, stamp: Stamp, found: Found | None) -> Settings:
        key = found.path if found is not None else None
        known = self._known.get(key)
        if known is None or known[0] != stamp:
            base = settings_of(found) if found is not None else Settings()
            common = layered(self._common, base)[0]
            known = self._known[key] = stamp, layered(self._sent, common)[0]
        return known[1]


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
