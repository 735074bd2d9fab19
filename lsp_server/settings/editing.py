"""Writes a code into ``findings.ignore`` of a project's file, and changes nothing else in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from lsp_server.settings import toml
from lsp_server.settings.files import OWN, SHARED, nearest
from lsp_server.settings.model import SECTION

_ARRAY = re.compile(r"(?:^|[{,.\s])ignore\s*=\s*\[", re.MULTILINE)


class CannotEdit(Exception):
    """The file is no TOML, or written so that its list is not found."""


def place_for(path: Path | None, root: Path | None) -> Path | None:
    """The file that speaks for a document: the nearest one, else one of the workspace, which may not exist yet."""
    folder = path.parent if path is not None else root
    found = nearest(folder) if folder is not None else None
    if found is not None or root is None:
        return found
    return root / SHARED if (root / SHARED).is_file() else root / OWN


def with_ignored(path: Path, text: str, code: str) -> str:
    """The text of a file of settings with a code more that is not reported. Raises `CannotEdit`."""
    above = () if path.name == OWN else ("tool", SECTION)
    try:
        expected = _with(toml.loads(text), above, code)
    except toml.TOMLDecodeError as error:
        raise CannotEdit(str(error)) from error
    if expected is None:
        return text
    for candidate in _candidates(text, above, code):
        try:
            if toml.loads(candidate) == expected:
                return candidate
        except toml.TOMLDecodeError:
            continue
    raise CannotEdit("findings.ignore")


def _with(content: dict[str, Any], above: tuple[str, ...], code: str) -> dict[str, Any] | None:
    """What the file must say afterwards; None if it says so already."""
    inner = content
    for name in (*above, "findings"):
        value = inner.setdefault(name, {})
        if not isinstance(value, dict):
            raise CannotEdit(name)
        inner = cast("dict[str, Any]", value)
    codes = inner.setdefault("ignore", [])
    if not isinstance(codes, list):
        raise CannotEdit("findings.ignore")
    known = cast("list[Any]", codes)
    if any(isinstance(one, str) and code.startswith(one) for one in known):
        return None
    known.append(code)
    return content


def _candidates(text: str, above: tuple[str, ...], code: str) -> Iterator[str]:
    """Ways to write it, the one that changes least first."""
    for match in _ARRAY.finditer(text):
        end = _closing(text, match.end())
        if end is not None:
            yield _into(text, match.end(), end, code)
    name = ".".join((*above, "findings"))
    line = f'ignore = ["{code}"]\n'
    header = re.search(rf"^\s*\[\s*{re.escape(name)}\s*\][^\n]*\n?", text, re.MULTILINE)
    if header is not None:
        start = text[: header.end()] + ("" if header[0].endswith("\n") else "\n")
        yield start + line + text[header.end() :]
    inline = re.search(r"\bfindings\s*=\s*\{[ \t]*", text)
    if inline is not None:
        rest = text[inline.end() :]
        comma = "" if rest.startswith("}") else ", "
        yield f'{text[: inline.end()]}ignore = ["{code}"]{comma}{rest}'
    gap = "" if not text or text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    yield f"{text}{gap}[{name}]\n{line}"
    table = re.search(rf"^\s*\[\s*{re.escape('.'.join(above))}\s*\][^\n]*\n", text, re.MULTILINE) if above else None
    at = table.end() if table is not None else 0
    yield f"{text[:at]}findings.{line}{text[at:]}"


def _closing(text: str, start: int) -> int | None:
    """Where the array that begins here ends; strings and comments in it are passed over."""
    for match in re.finditer(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*|\]', text[start:]):
        if match[0] == "]":
            return start + match.start()
    return None


def _into(text: str, start: int, end: int, code: str) -> str:
    """A string more at the end of an array; in one of several lines it gets a line."""
    items = list(re.finditer(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#[^\n]*', text[start:end]))
    strings = [item for item in items if not item[0].startswith("#")]
    if not strings:
        return f'{text[:start]}"{code}"{text[start:]}'
    last = start + strings[-1].end()
    line = text[text.rfind("\n", 0, last) + 1 : last]
    indent = line[: len(line) - len(line.lstrip())]
    own_line = "\n" in text[start:last] and line.strip() == strings[-1][0]
    separator = f",\n{indent}" if own_line else ", "
    return f'{text[:last]}{separator}"{code}"{text[last:]}'
