"""The settings of a project: ``torchspore.toml``, or ``[tool.torchspore]`` of a ``pyproject.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from lsp_server.messages import settings as messages
from lsp_server.settings.model import SECTION, Problem, Settings, read
from lsp_server.settings.options import OPTIONS

OWN = "torchspore.toml"
SHARED = "pyproject.toml"
_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"\s*([\w.\"'-]+(?:\s*\.\s*[\w\"'-]+)*)\s*=")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)|\s*\(at end of document\)")


class Found(msgspec.Struct, frozen=True):
    """What a file says, and what it says that cannot be used. ``raw`` is as an editor would send it."""

    path: Path
    raw: dict[str, Any]
    problems: tuple[Problem, ...]


def nearest(folder: Path) -> Path | None:
    """The file that holds for what lies in a folder."""
    for place in (folder, *folder.parents):
        own, shared = place / OWN, place / SHARED
        if own.is_file():
            return own
        if shared.is_file() and _mentions(shared):
            return shared
    return None


def _mentions(path: Path) -> bool:
    """Whether a shared file has our section; one that is broken has it if its text looks like it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return (
        re.search(r"^\s*\[+\s*tool\s*\.\s*[\"']?torchspore|^\s*tool\.torchspore|^\s*torchspore\b", text, re.M)
        is not None
    )


def load(path: Path) -> Found:
    """Read a file; what is broken costs that value only, and is named with its line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Found(path, {}, (Problem(messages.UNREADABLE, (("reason", reason),), str(path)),))
    from lsp_server.settings import toml

    try:
        content = toml.loads(text)
    except toml.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        number = int(line[1]) if line is not None and line[1] else len(text.splitlines()) or 1
        reason = _AT_LINE.sub("", str(error))
        return Found(path, {}, (Problem(messages.NO_TOML, (("reason", reason),), f"{path}:{number}"),))
    above = () if path.name == OWN else ("tool", SECTION)
    section: object = content
    for name in above:
        section = _table(section).get(name, {})
    problems: list[Problem] = []
    raw = _as_sent(_table(section), "", problems)
    problems += read(raw if isinstance(section, dict) else section)[1]
    placed = [_placed(one, path, text, above) for one in problems]
    return Found(path, _based(raw, path.parent), tuple(placed))


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def settings_of(found: Found, base: Settings | None = None) -> Settings:
    return read(found.raw, base)[0]


def _as_sent(section: dict[str, Any], prefix: str, problems: list[Problem]) -> dict[str, Any]:
    """The section with the names as editors write them; what does not exist, or not here, is left out."""
    known = {option.name: option for option in OPTIONS}
    groups = {name.rpartition(".")[0] for name in known} - {""}
    result: dict[str, Any] = {}
    for written, value in section.items():
        name = _camel(written)
        full = prefix + name
        if full in groups:
            result[name] = (
                _as_sent(cast("dict[str, Any]", value), full + ".", problems) if isinstance(value, dict) else value
            )
        elif full not in known:
            from difflib import get_close_matches  # most files have no such key

            near = get_close_matches(full, [one.name for one in OPTIONS if one.in_file], 2, 0.7)
            key = ("key", f"{SECTION}.{prefix}{written}")
            if near:
                problems.append(Problem(messages.UNKNOWN_SIMILAR, (key, ("names", ", ".join(near)))))
            else:
                problems.append(Problem(messages.UNKNOWN, (key,)))
        elif not known[full].in_file:
            problems.append(Problem(messages.EDITOR_ONLY, (("key", f"{SECTION}.{full}"),)))
        else:
            result[name] = value
    return result


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def _based(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Patterns of paths begin where the file lies."""
    findings = _table(raw.get("findings"))
    patterns = _table(findings.get("perFileIgnores"))
    if not patterns:
        return raw
    based = {based_on(pattern, folder): codes for pattern, codes in patterns.items()}
    return {**raw, "findings": {**findings, "perFileIgnores": based}}


def based_on(pattern: str, folder: Path) -> str:
    """A pattern of paths as an absolute one; one of names stays."""
    if "/" not in pattern or Path(pattern).is_absolute() or pattern.startswith("**/"):
        return pattern
    return f"{folder.as_posix().rstrip('/')}/{pattern.removeprefix('./')}"


def _placed(problem: Problem, path: Path, text: str, above: tuple[str, ...]) -> Problem:
    key = dict(problem.values).get("key", SECTION).removeprefix(SECTION).strip(".")
    wanted = (*above, *(part for part in key.split(".") if part))
    return msgspec.structs.replace(problem, place=f"{path}:{_line_of(text, wanted)}")


def _line_of(text: str, wanted: tuple[str, ...]) -> int:
    """The line on which a key stands, or the nearest thing around it; from 1."""
    best, line = 0, 1
    for number, names in _keys(text):
        common = 0
        while common < min(len(names), len(wanted)) and names[common] == wanted[common]:
            common += 1
        if common > best and common == len(names[: len(wanted)]):
            best, line = common, number
    return line


def _keys(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lines that name something, with the names from the top."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None:
            table = _names(header[1])
            yield number, table
            continue
        key = _KEY.match(line)
        if key is not None:
            names = (*table, *_names(key[1]))
            yield number, names
            for inner in re.findall(r"[{,]\s*([\w-]+)\s*=", line[key.end() :]):
                yield number, (*names, _camel(inner))


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(_camel(part.strip().strip("\"'")) for part in dotted.split("."))
