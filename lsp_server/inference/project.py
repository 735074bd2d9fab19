"""The files around a file: modules of the workspace and of installed packages, and what jedi knows beyond them.

Files are read when an import leads to them and kept by content; documents that an editor has open go before disk.
Which other files an analysis was given is written down in it (`Analysis.lookups`), so that it can be told whether that
still holds: `Project.current` gives a fresh analysis of the same text if not. Nobody has to say which files depend on
which.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.locate import Finder, Place
from lsp_server.inference.packages import Packages
from lsp_server.inference.solving import Solver
from lsp_server.inference.values import Fact
from lsp_server.syntax.document import Document, encode

_MAX_BYTES = 4_000_000
_SETTLED_NANOSECONDS = 100_000_000
"""A file that changed so recently may change again without a new time stamp."""
_MOST_FILES = 400
"""Files that are kept; those that nobody asked for the longest are read again when they are needed."""
_INSTALLED_SECONDS = 10.0
"""How long installed packages are taken to be as they were."""


class Externals(Protocol):
    """Answers about packages outside the workspace, without ever making an analysis wait."""

    def find(self, module: str, name: str) -> Path | None:
        """The file that defines a name, if that is known already; asking makes it known later."""
        ...


class Lookup(msgspec.Struct, frozen=True):
    """What the project answered to one question of an analysis: the place of a module, and the analysis there.

    ``loaded`` is False where only the place was asked for.
    """

    place: Place | None
    analysis: Analysis | None = None
    loaded: bool = False


class _Kept(msgspec.Struct):
    """A file that was read, and what tells whether it is still the same."""

    installed: bool
    stamp: object = None
    analysis: Analysis | None = None
    looked: int = -1
    """The round in which the file was looked at."""
    sound: int = -1
    """The round in which all that its analysis read was looked at."""


class Project:
    """Finds the analysis of a module by its import name.

    Time goes in rounds: within one, every file and folder is looked at once. `refresh` begins the next.
    """

    def __init__(
        self,
        catalog: Catalog,
        roots: tuple[Path, ...] = (),
        open_documents: Callable[[Path], Document | None] | None = None,
        externals: Externals | None = None,
        packages: Packages | None = None,
        has_versions: bool = True,
        along: frozenset[str] = frozenset(),
    ) -> None:
        """``has_versions`` is whether files may change: then it is written down who asked what for his answer, so that
        the next version needs not ask all of it again. ``along`` are installed packages that are converted too."""
        self.catalog = catalog
        self.along = along
        self.has_versions = has_versions
        self.roots = roots
        self.solver = Solver()
        self.finder = Finder(roots, packages)
        self._open = open_documents
        self._externals = externals
        self._files: dict[Path, _Kept] = {}
        self._round = self._installed_round = 0
        self._installed_looked = time.monotonic()

    def find(self, name: str, reader: Analysis) -> Place | None:
        """Where the module of ``import name`` or ``from name import …`` lies; it is not read."""
        known = reader.lookups.get(name)
        if known is None:
            known = reader.lookups[name] = Lookup(self.finder.find(name, reader.path))
        return known.place

    def module(self, name: str, reader: Analysis) -> Analysis | None:
        """The analysis of the module of ``import name``; None if it is not found or is not Python source."""
        known = reader.lookups.get(name)
        if known is None or not known.loaded:
            place = self.find(name, reader)
            analysis = self.file(place.path) if place is not None and place.path is not None else None
            known = reader.lookups[name] = Lookup(place, analysis, True)
        return known.analysis

    def at(self, path: Path, reader: Analysis) -> Analysis | None:
        """The analysis of a module whose file is known."""
        known = reader.lookups.get(path)
        if known is None or not known.loaded:
            known = reader.lookups[path] = Lookup(Place(path), self.file(path), True)
        return known.analysis

    def own(self, framework: str, reader: Analysis) -> Place | None:
        """A module of the user's that hides the framework of the same name."""
        key = f"!{framework}"
        known = reader.lookups.get(key)
        if known is None:
            known = reader.lookups[key] = Lookup(self.finder.own(framework, reader.path))
        return known.place

    def external(self, module: str, name: str, reader: Analysis) -> Fact | None:
        """What a name of a package that only jedi finds denotes; None while nobody knows."""
        if self._externals is None or self.finder.is_foreign(module.partition(".")[0]):
            return None
        path = self._externals.find(module, name)
        analysis = self.file(path) if path is not None else None
        reader.lookups[f"?{module}:{name}"] = Lookup(Place(path) if path is not None else None, analysis, True)
        return analysis.global_fact(name) if analysis is not None else None

    def is_installed(self, analysis: Analysis) -> bool:
        """Whether an analysis is of a file of an installed package, and not of the workspace."""
        return analysis.path is not None and self.finder.is_installed(analysis.path)

    def file(self, path: Path) -> Analysis | None:
        """The analysis of a file, of its open version if an editor has one."""
        kept = self._look(path)
        if kept.analysis is not None and kept.sound != self._round:
            self.current(kept.analysis)
        return kept.analysis

    def refresh(self, installed: bool = False) -> None:
        """Files and folders may have changed since the last question; also installed ones, if that is known."""
        self._round += 1
        if len(self._files) > _MOST_FILES:
            oldest = sorted((kept.looked, path) for path, kept in self._files.items())
            for _, path in oldest[: len(oldest) - _MOST_FILES // 2]:
                del self._files[path]
        if installed:
            self._forget_gone()
        now = time.monotonic()
        if installed or now - self._installed_looked > _INSTALLED_SECONDS:
            self._installed_looked = now
            self._installed_round = self._round
            self.finder.folders.refresh()
        else:
            self.finder.folders.refresh(self.finder.sites)

    def _forget_gone(self) -> None:
        """Files that were renamed or removed are not kept; whoever imports one sees that it is not there."""
        for path in list(self._files):
            if not path.exists() and (self._open is None or self._open(path) is None):
                del self._files[path]

    def closed(self, path: Path) -> None:
        """An editor has closed a file: from now on it is looked at for the sake of others only."""
        kept = self._files.get(path)
        if kept is None or kept.analysis is None:
            return
        kept.analysis.rest()
        if kept.analysis.memory is not None:
            kept.analysis.memory.let_go()

    @property
    def parsed(self) -> int:
        """How many bytes of source trees were made of."""
        known = (kept.analysis for kept in self._files.values())
        return sum(len(one.document.data) for one in known if one is not None and one.document.is_parsed)

    def close(self) -> None:
        """Let go of all files."""
        for kept in self._files.values():
            if kept.analysis is not None:
                kept.analysis.close()
        self._files.clear()

    def current(self, analysis: Analysis) -> Analysis:
        """The analysis if all that it read in other files is as it was, else a fresh one of the same text."""
        seen, stale, readers = self._compared(analysis)
        pending = list(stale)
        while pending:
            for reader in readers.get(pending.pop(), ()):
                if reader not in stale:
                    stale[reader] = False
                    pending.append(reader)
        result = analysis
        for one in seen:
            kept = self._files.get(one.path) if one.path is not None else None
            if kept is not None and kept.analysis is not one:
                kept = None  # a text that nobody imports: a notebook, a draft for a completion
            if one in stale:
                fresh = self._analysed(one.document, one.path, one, stale[one])
                result = fresh if one is analysis else result
                if kept is not None:
                    kept.analysis = fresh
            if kept is not None:
                kept.sound = self._round
        return result

    def _compared(self, start: Analysis) -> tuple[set[Analysis], dict[Analysis, bool], dict[Analysis, list[Analysis]]]:
        """All analyses that one was given, directly or not; those that would be given others now, and whether they lie
        elsewhere; who was given whom."""
        seen = {start}
        stale: dict[Analysis, bool] = {}
        readers: dict[Analysis, list[Analysis]] = {}
        pending = [start]
        while pending:
            one = pending.pop()
            moved, changed, others = self._given(one)
            if moved or changed:
                stale[one] = moved
            for other in others:
                readers.setdefault(other, []).append(one)
                kept = self._files.get(other.path) if other.path is not None else None
                if other not in seen and (kept is None or kept.sound != self._round):
                    seen.add(other)
                    pending.append(other)
        return seen, stale, readers

    def _given(self, analysis: Analysis) -> tuple[bool, bool, list[Analysis]]:
        """Whether what an analysis looked up lies elsewhere now, or has another text; what is as it was."""
        moved = changed = False
        others: list[Analysis] = []
        for key, lookup in list(analysis.lookups.items()):
            path = lookup.place.path if lookup.place is not None else None
            if self._answer(key, analysis) != lookup.place:
                moved = True
            elif path is not None and lookup.loaded:
                now = self._look(path).analysis
                if now is None or lookup.analysis is None:
                    moved = moved or now is not lookup.analysis
                elif now is not lookup.analysis:
                    changed = True
                else:
                    others.append(now)
        return moved, changed, others

    def _answer(self, key: str | Path, reader: Analysis) -> Place | None:
        """What a question of `Analysis.lookups` is answered with now."""
        if isinstance(key, Path):
            return Place(key)
        if key.startswith("!"):
            return self.finder.own(key[1:], reader.path)
        if key.startswith("?"):
            module, _, name = key[1:].partition(":")
            path = self._externals.find(module, name) if self._externals is not None else None
            return Place(path) if path is not None else None
        return self.finder.find(key, reader.path)

    def _look(self, path: Path) -> _Kept:
        """A file as it is now. Its analysis stays the same object as long as its text does."""
        kept = self._files.get(path)
        if kept is None:
            kept = self._files[path] = _Kept(self.finder.is_installed(path))
        opened = self._open(path) if self._open is not None else None
        if opened is not None:
            if kept.stamp is not opened:
                kept.stamp = opened
                if kept.analysis is None or kept.analysis.document.data != opened.data:
                    self._take(kept, path, opened)
            kept.looked = self._round
        elif isinstance(kept.stamp, Document) or kept.looked < (
            self._installed_round if kept.installed else self._round
        ):
            kept.looked = self._round
            stamp = _stamp(path)
            if stamp != kept.stamp or stamp is _UNSETTLED:
                text = _source(path) if stamp is not None else None
                same = kept.analysis is not None and text is not None and kept.analysis.document.data == encode(text)
                kept.stamp = stamp
                if not same:
                    document = Document.parse(text) if text is not None else None
                    if document is not None and not self.has_versions:
                        document.read = lambda: encode(_source(path) or "")
                    self._take(kept, path, document)
        return kept

    def _take(self, kept: _Kept, path: Path, document: Document | None) -> None:
        """Another text. Its analysis begins with what the last one knew."""
        before = kept.analysis
        moved = before is not None and before.memory is not None and self._given(before)[0]
        kept.analysis = self._analysed(document, path, before, moved) if document is not None else None
        kept.sound = -1

    def _analysed(self, document: Document, path: Path | None, before: Analysis | None, moved: bool) -> Analysis:
        """A new analysis. What was known before holds as long as no import leads elsewhere: answers of other files are
        compared (`reuse`), but not which files those are."""
        if before is None or moved or before.memory is None:
            analysis = Analysis(document, self.catalog, self, path)
            analysis.earlier = before.__dict__.get("outline") if before is not None else None
            return analysis
        analysis = Analysis(document, self.catalog, self, path, before.memory)
        for key, lookup in before.lookups.items():
            analysis.lookups[key] = Lookup(lookup.place, None, lookup.loaded and lookup.analysis is None)
        return analysis


_UNSETTLED = ("unsettled",)


def _stamp(path: Path) -> object:
    """What changes when a file does; None for what is no file that one reads."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_BYTES:
        return None
    if abs(time.time_ns() - found.st_mtime_ns) < _SETTLED_NANOSECONDS:
        return _UNSETTLED
    return found.st_mtime_ns, found.st_size


def _source(path: Path) -> str | None:
    try:
        text = read_source(path)
    except OSError:
        return None
    return text if "\0" not in text else None


def read_source(path: Path) -> str:
    """Python source as text, line ends kept as they are. Raises OSError; undecodable bytes are replaced."""
    return path.read_bytes().decode("utf-8", "replace")
