"""What a client was sent of the semantic tokens of a document, and the difference to what they are now."""

from __future__ import annotations

from itertools import count

from lsprotocol import types

TOKEN_TYPES = ["property"]
TOKEN_MODIFIERS = ["parameter", "buffer", "frozen", "notSaved"]
_MOST_KEPT = 50


class Sent:
    """What was sent last for each document, so that only the difference is sent next."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, list[int]]] = {}
        self._serials = count(1)

    def keep(self, uri: str, data: list[int]) -> str:
        """Gives the name under which the client will refer to it."""
        self._last.pop(uri, None)
        while len(self._last) >= _MOST_KEPT:
            del self._last[next(iter(self._last))]
        name = str(next(self._serials))
        self._last[uri] = (name, data)
        return name

    def get(self, uri: str, name: str) -> list[int] | None:
        kept = self._last.get(uri)
        return kept[1] if kept is not None and kept[0] == name else None


def edits(before: list[int], after: list[int]) -> list[types.SemanticTokensEdit]:
    """One edit between what both have at the start and at the end."""
    if before == after:
        return []
    shortest = min(len(before), len(after))
    start = next((index for index in range(shortest) if before[index] != after[index]), shortest)
    same = next((n for n in range(shortest - start) if before[-1 - n] != after[-1 - n]), shortest - start)
    return [types.SemanticTokensEdit(start, len(before) - start - same, after[start : len(after) - same])]
