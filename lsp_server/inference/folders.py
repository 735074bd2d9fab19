"""What lies in the folders that imports lead through: listed once, and again when a folder has changed.

Looking a name up in a list is what makes missing modules cheap: an import tries several folders and file endings. It
also tells ``Utils.py`` from ``utils.py`` on file systems that do not.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec

_MOST_ENTRIES = 10_000
"""Longer lists (folders of images) are not kept: names are looked up one by one."""
_SETTLED_SECONDS = 0.1
"""A folder that changed so recently may change again without a new time stamp."""


class Listing(msgspec.Struct, frozen=True):
    """The names in a folder at one time; ``names`` is None where there are too many to keep."""

    stamp: int
    folder: str
    names: frozenset[str] | None

    def has(self, name: str) -> bool:
        if self.names is None:
            return os.path.lexists(f"{self.folder}{os.sep}{name}")
        return name in self.names


class Folders:
    """Listings by folder, with a version that changes when any of them does."""

    def __init__(self) -> None:
        self.version = 0
        self._listings: dict[Path, Listing] = {}

    def has(self, folder: Path, name: str) -> bool:
        """Whether a folder has an entry of exactly that name."""
        listing = self._listings.get(folder)
        if listing is None:
            listing = self._listings[folder] = _listed(folder)
        return listing.has(name)

    def refresh(self, outside: tuple[Path, ...] = ()) -> None:
        """Look which folders have changed; those below ``outside`` are taken to be as they were."""
        for folder, listing in list(self._listings.items()):
            if any(folder.is_relative_to(one) for one in outside):
                continue
            if listing.stamp < 0 or _stamp(folder) != listing.stamp:
                fresh = _listed(folder)
                self._listings[folder] = fresh
                if fresh.names != listing.names or fresh.names is None:
                    self.version += 1

    def forget(self) -> None:
        self._listings.clear()
        self.version += 1


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except (OSError, ValueError):
        return 0


def _listed(folder: Path) -> Listing:
    stamp = _stamp(folder)
    names: set[str] = set()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                names.add(entry.name)
                if len(names) > _MOST_ENTRIES:
                    return Listing(stamp, str(folder), None)
    except (OSError, ValueError):
        return Listing(stamp, str(folder), frozenset())
    settled = time.time_ns() - stamp > _SETTLED_SECONDS * 1e9
    return Listing(stamp if settled else -1, str(folder), frozenset(names))
