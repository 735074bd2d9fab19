"""What lies in a folder, and what becomes of each thing when the folder is converted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

OWN_FOLDER = ".torchspore"
"""Where a conversion keeps its journal, inside of the folder that it writes."""
_SKIPPED = {
    *(".git", ".hg", ".svn", ".tox", ".nox", ".venv", "node_modules", "__pycache__"),
    *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", OWN_FOLDER),
}
_DEPENDENCIES = re.compile(
    r"(?:.*requirements?.*\.(?:txt|in)|constraints.*\.txt|pyproject\.toml|setup\.cfg|environment.*\.ya?ml)",
    re.IGNORECASE,
)

Sort = Literal["python", "notebook", "dependencies", "other", "link"]


class Entry(msgspec.Struct, frozen=True):
    """One file of a tree, by its path from the top with ``/`` between the parts."""

    path: str
    sort: Sort
    size: int = 0
    link: str = ""
    """Where a link of the converted tree points to."""


def sort_of(name: str) -> Sort:
    if name.endswith((".py", ".pyi")):
        return "python"
    if name.endswith(".ipynb"):
        return "notebook"
    return "dependencies" if _DEPENDENCIES.fullmatch(name) else "other"


def entries(top: Path) -> Iterator[Entry]:
    """All files in a stable order; caches, version control and environments left out. Links stay links where the
    converted tree has what they point to, or cannot have it; what lies outside the tree is read as if it were here."""
    top = top.resolve()
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(top / folder) as listed:
                found = sorted(listed, key=lambda entry: entry.name)
        except OSError:
            continue  # a folder that may not be read: its files are not there for us
        inside: list[str] = []
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                link = _link(top, Path(entry.path))
                if link:
                    yield Entry(path, "link", link=link)
                    continue
            if entry.is_dir():
                if entry.name not in _SKIPPED and not (Path(entry.path) / "pyvenv.cfg").exists():
                    inside.append(path)
            elif entry.is_file():
                yield Entry(path, sort_of(entry.name), entry.stat().st_size)
        pending += reversed(inside)


def _link(top: Path, path: Path) -> str:
    """Where the link of the converted tree points to; empty for a file outside of the tree, which is taken itself."""
    written = str(path.readlink())
    try:
        meant = path.resolve()
    except (OSError, RuntimeError):
        return written
    if meant == top or top in meant.parents:
        return os.path.relpath(meant, path.parent)
    if meant.is_file():
        return ""
    return str(meant) if meant.exists() else written


def is_inside(path: Path, folder: Path) -> bool:
    path, folder = path.resolve(), folder.resolve()
    return path == folder or folder in path.parents
