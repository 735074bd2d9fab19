"""Which findings the settings leave out of a file."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from lsp_server.settings.files import based_on
from lsp_server.settings.model import FindingsSettings


def ignored_in(settings: FindingsSettings, path: Path | None, roots: tuple[Path, ...]) -> tuple[str, ...]:
    """Codes and beginnings of codes that are not reported in a file. ``roots`` are what relative patterns begin at."""
    found = list(settings.ignore)
    for pattern, codes in settings.per_file_ignores.items():
        if path is not None and _holds_for(pattern, path, roots):
            found += codes
    return tuple(dict.fromkeys(found))


def _holds_for(pattern: str, path: Path, roots: tuple[Path, ...]) -> bool:
    if "/" not in pattern:
        return _compiled(pattern).fullmatch(path.name) is not None
    full = path.as_posix()
    return any(_compiled(based_on(pattern, root)).fullmatch(full) is not None for root in roots or (Path("/"),))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    """``*`` and ``?`` stay within a folder, ``**`` does not; what names a folder holds for all that is below it."""
    pieces: list[str] = []
    position = 0
    while position < len(pattern):
        rest = pattern[position:]
        bracket = re.match(r"\[(!?)([^\]/]+)\]", rest)
        if rest.startswith("**/"):
            pieces.append("(?:.*/)?")
            position += 3
        elif rest.startswith("**"):
            pieces.append(".*")
            position += 2
        elif rest[0] == "*":
            pieces.append("[^/]*")
            position += 1
        elif rest[0] == "?":
            pieces.append("[^/]")
            position += 1
        elif bracket is not None:
            pieces.append(f"[{'^' if bracket[1] else ''}{re.escape(bracket[2]).replace(chr(92) + '-', '-')}]")
            position += bracket.end()
        else:
            pieces.append(re.escape(rest[0]))
            position += 1
    below = "" if pattern.endswith("/") else "/"
    whole = "".join(pieces)
    return re.compile(f"{whole}(?:{below}.*)?", re.DOTALL)
