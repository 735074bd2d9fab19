"""Files that name what a project depends on: ``torch`` becomes ``mindspore`` with the target's version where it is
plain."""

from __future__ import annotations

import re

import msgspec

from lsp_server.catalog.model import Framework
from lsp_server.migrate import built_on
from lsp_server.migrate.target import Target

_PACKAGES: dict[Framework, tuple[str, ...]] = {
    "torch": ("torch",),
    "mindspore": ("mindspore", "mindspore-gpu", "mindspore-ascend"),
}
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z][\w.-]*)(?P<extras>\s*\[[^\]]*\])?(?P<version>\s*(?:===?|[<>~!]=?)[^;#\"']*?)?"
    r"(?P<marker>\s*;[^#\"']*)?(?P<rest>\s*|\s+#.*)"
)
_TABLE = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?")
_KEY = re.compile(r"\s*(?P<key>[\w.\"'-]+)\s*=\s*(?P<value>.*)", re.DOTALL)
_STRING = re.compile(r"(?P<quote>[\"'])(?P<text>[^\"'\n]*)(?P=quote)")


class Remaining(msgspec.Struct, frozen=True):
    """A dependency that has to be looked at by hand; the line counts from 1."""

    line: int
    name: str


class Updated(msgspec.Struct, frozen=True):
    text: str
    changed: int
    remaining: tuple[Remaining, ...]


def update(name: str, text: str, target: Target, source: Framework) -> Updated:
    """The text of a file called ``name`` with its dependencies for the target."""
    lines = text.splitlines(keepends=True)
    result: list[str] = []
    remaining: list[Remaining] = []
    changed = 0
    table = key = ""
    indent = 0
    for number, line in enumerate(lines, 1):
        content = line.rstrip("\r\n")
        end = line[len(content) :]
        new = content
        if name.endswith(".toml"):
            header = _TABLE.fullmatch(content)
            assigned = _KEY.fullmatch(content)
            if header:
                table, key = header[1].replace('"', ""), ""
            elif assigned:
                key = assigned["key"]
            new = _toml(content, table, key, target, source)
        elif name.endswith(".cfg"):
            header = _TABLE.fullmatch(content)
            assigned = _KEY.fullmatch(content) if content[:1].strip() else None
            if header:
                table, key = header[1], ""
            elif assigned:
                key = assigned["key"]
            elif (table, key) == ("options", "install_requires") or table == "options.extras_require":
                new = _line(content, target, source)
        elif name.endswith((".yml", ".yaml")):
            stripped = content.lstrip()
            depth = len(content) - len(stripped)
            if re.match(r"-\s*pip\s*:", stripped):
                key, indent = "pip", depth
            elif stripped and not stripped.startswith("#") and depth <= indent:
                key = ""
            elif key == "pip" and stripped.startswith("- "):
                new = content[: depth + 2] + _line(content[depth + 2 :], target, source)
        else:
            new = _line(content, target, source)
        changed += new != content
        found = _held(new, source)
        if found and not new.lstrip().startswith("#") and _holds_requirements(name, table, key):
            remaining.append(Remaining(number, found))
        result.append(new + end)
    return Updated("".join(result), changed, tuple(remaining))


def _holds_requirements(name: str, table: str, key: str) -> bool:
    if name.endswith(".toml"):
        return _in_toml(table, key) or "dependencies" in table
    if name.endswith(".cfg"):
        return (table, key) == ("options", "install_requires") or table == "options.extras_require"
    return True


def _held(content: str, source: Framework) -> str:
    """The first package that still brings the source framework in."""
    for word in re.findall(r"[A-Za-z][\w-]*", content.partition("#")[0].partition("//")[0]):
        name = word.lower()
        if name in _PACKAGES[source] or name.replace("-", "_") in built_on.COUNTERPARTS[source]:
            return word
        if source == "torch" and name == "pytorch":
            return word
    return ""


def _in_toml(table: str, key: str) -> bool:
    return (
        (table == "project" and key == "dependencies")
        or (table == "build-system" and key == "requires")
        or table in ("project.optional-dependencies", "dependency-groups")
    )


def _toml(content: str, table: str, key: str, target: Target, source: Framework) -> str:
    if _in_toml(table, key):
        return _STRING.sub(
            lambda found: found["quote"] + _line(found["text"], target, source) + found["quote"], content
        )
    if table.startswith("tool.poetry") and table.endswith("dependencies") and key in _PACKAGES[source]:
        plain = re.fullmatch(r"(\s*)[\w-]+(\s*=\s*)([\"'])([^\"']*)\3(\s*(?:#.*)?)", content)
        if plain:
            return f"{plain[1]}{target.framework}{plain[2]}{plain[3]}>={target.version}{plain[3]}{plain[5]}"
    return content


def _line(content: str, target: Target, source: Framework) -> str:
    """One requirement: pinned stays pinned, everything else becomes a lower bound."""
    stripped = content.lstrip()
    found = _REQUIREMENT.fullmatch(stripped)
    if found is None or found["name"].lower().replace("_", "-") not in _PACKAGES[source] or found["extras"]:
        return content
    pinned = (found["version"] or "").strip().startswith("==")
    before = content[: len(content) - len(stripped)]
    sign = "==" if pinned else ">="
    return f"{before}{target.framework}{sign}{target.version}{found['marker'] or ''}{found['rest'] or ''}"
