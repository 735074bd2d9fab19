"""Files of the repository that are generated: which are out of date, and writing them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path


def stale(made: Mapping[str, str], root: Path, folder: str = "", by_hand: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of ``made`` whose files are missing or differ, and pages in ``folder`` that are no longer made."""
    for path, text in made.items():
        file = root / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            yield path
    for file in sorted((root / folder).glob("*.md")) if folder else ():
        if f"{folder}/{file.name}" not in made and file.name not in by_hand:
            yield f"{folder}/{file.name}"


def settle(made: Mapping[str, str], old: list[str], root: Path, only_check: bool, what: str) -> int:
    """Write what is out of date, or only say so. Gives the exit code: 1 if something was found and left."""
    if only_check:
        print("\n".join(f"{path} is out of date" for path in old) or f"{what} up to date")
        return 1 if old else 0
    for path in old:
        if path in made:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(made[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return 0
