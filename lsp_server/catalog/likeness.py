"""Which known names somebody may have meant by an unknown one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nsmallest

_ENOUGH = 0.7
_ENOUGH_FOR_SHORT = 0.8
"""How alike the last parts must be; short words are like many."""
_PREFIX = 4
"""From so many letters on, the beginning of a name stands for it (``BatchNorm`` for ``BatchNorm2d``)."""


def nearest(name: str, known: Iterable[str], count: int) -> list[str]:
    """By the last part first, whatever its case; then by namespace and framework; short names before long ones."""
    namespace, _, last = name.rpartition(".")
    wanted = _plain(last)
    matcher = SequenceMatcher(None, "", wanted, autojunk=False)
    found: list[tuple[float, int, str]] = []
    for one in known:
        home, _, word = one.rpartition(".")
        alike = _likeness(_plain(word), wanted, matcher)
        if alike:
            alike += 0.15 * (word == last) + 0.01 * (word[:1].isupper() == last[:1].isupper())
            place = 0.5 * (home == namespace) + 0.5 * (home.partition(".")[0] == namespace.partition(".")[0])
            found.append((0.05 * home.count(".") - place - 2 * alike, len(one), one))
    return [one for _, _, one in nsmallest(count, found)]


def _plain(text: str) -> str:
    return text.replace("_", "").lower()


def _likeness(word: str, wanted: str, matcher: SequenceMatcher[str]) -> float:
    if word == wanted and word:
        return 1.15
    enough = _ENOUGH if len(wanted) >= _PREFIX else _ENOUGH_FOR_SHORT
    if len(wanted) >= _PREFIX and word.startswith(wanted):
        return max(_ENOUGH, 0.98 - 0.02 * (len(word) - len(wanted)))
    matcher.set_seq1(word)
    if matcher.real_quick_ratio() < enough or matcher.quick_ratio() < enough:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= enough else 0.0
