"""Which questions the text of a unit may answer: more than it does, never less. Told from its words, without a tree."""

from __future__ import annotations

import re
from typing import Literal

from lsp_server.inference.questions import Touch
from lsp_server.inference.units import Unit

Handle = tuple[Literal[Touch, "own"], str]
"""``own`` stands for members of the class that the unit is in."""
_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"([^\W\d]\w*)\s*\(")
_STORED = re.compile(
    r"\.\s*(\w+)\s*(?:[,):\[]|=(?!=)|[-+*/@%&|^<>]{1,3}=|\.\s*(?:append|extend|insert|add|update|setdefault|pop)\w*\s*\()"
)
_QUOTED = re.compile(r"[\"']([A-Za-z_]\w*)[\"']")
_SETS_BY_STRING = re.compile(r"register|setattr|add_module|insert|cell|__dict__|update|child|param", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"([\w\s,.()\[\]*]+?)\s*(?::[^=\n]*)?=(?!=)")
_COMPOUND = re.compile(r"(?:if|for|while|with|try|match|async|import|from|del|global|nonlocal|except|return)\b")
_STAR = re.compile(r"import\s*\*")


def handles(unit: Unit) -> frozenset[Handle] | None:
    """How the questions are touched; None for a star import, which may bind any name."""
    text = unit.text.decode("utf-8", "replace")
    if _STAR.search(text):
        return None
    bound = {unit.name} if unit.name and "global" not in text and "nonlocal" not in text else _bound(text)
    own = {unit.name} if unit.name else bound
    members = set(_STORED.findall(text))
    if _SETS_BY_STRING.search(text):
        members.update(_QUOTED.findall(text))
    found: set[Handle] = {("owner", unit.path)}
    found.update(("bound", name) for name in bound)
    found.update(("member", name) for name in members)
    found.update(("own", name) for name in own if unit.owner)
    found.update(("called", name) for name in _CALLED.findall(text))
    if unit.is_head:
        found.update(("based", name) for name in _WORD.findall(text))
    return frozenset(found)


def _bound(text: str) -> set[str]:
    """The names that a statement may bind: of a plain assignment, those before the sign."""
    assigned = _ASSIGNMENT.match(text)
    if assigned is not None and not _COMPOUND.match(text) and ":=" not in text and "global" not in text:
        rest = text[assigned.end() :]
        if not re.match(r"[\w\s,.()\[\]*]+=(?!=)", rest):
            return set(_WORD.findall(assigned[1]))
    return set(_WORD.findall(text))
