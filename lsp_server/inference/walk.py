"""The Python files of a workspace."""

from __future__ import annotations

import os
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


def python_files(roots: tuple[Path, ...], endings: tuple[str, ...] = (".py",)) -> Iterator[Path]:
    """Python files, or others, below the roots, each once, environments and caches left out, in a stable order."""
    pending = sorted({str(root) for root in roots}, reverse=True)
    entered: set[str] = set()
    found = 0
    while pending and found < _MOST_FILES:
        folder = pending.pop()
        if folder in entered:
            continue
        entered.add(folder)
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except (OSError, ValueError):
            continue
        inside: list[str] = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and not entry.name.startswith("."):
                    inside.append(entry.path)
            elif entry.name.endswith(endings) and entry.is_file(follow_symlinks=False) and found < _MOST_FILES:
                found += 1
                yield Path(entry.path)
        pending += reversed(inside)
