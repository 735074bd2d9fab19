"""The Python files of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_SKIPPED = {
    ".git",
    ".hg",
    ".svn",
    ".tox",
    ".nox",
    ".venv",
    "venv",
    "env",
    "node_modules",
    "__pycache__",
    "site-packages",
}
_MOST_FILES = 20_000


def python_files(roots: tuple[Path, ...]) -> Iterator[Path]:
    """Python files below the roots, environments and caches left out, in a stable order."""
    pending = sorted(roots, reverse=True)
    found = 0
    while pending and found < _MOST_FILES:
        folder = pending.pop()
        try:
            entries = sorted(folder.iterdir(), reverse=True)
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in _SKIPPED and not entry.name.startswith("."):
                    pending.append(entry)
            elif entry.suffix == ".py":
                found += 1
                yield entry
