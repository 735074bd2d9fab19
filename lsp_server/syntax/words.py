"""Where words stand in a text: a search of bytes is a hundred times as fast as a walk through the tree."""

from __future__ import annotations

BLANK = b" \t\r\n\\"
"""What may stand between the parts of an expression."""
_LETTERS = frozenset(byte for byte in range(256) if byte >= 128 or chr(byte).isalnum() or chr(byte) == "_")
_SPACED = bytes(byte if byte in _LETTERS else 32 for byte in range(256))


def words(text: bytes) -> frozenset[bytes]:
    return frozenset(text.translate(_SPACED).split())


def places(text: bytes, word: bytes) -> list[tuple[int, int]]:
    """Where a word stands, and where what follows it begins; in strings and comments too."""
    found: list[tuple[int, int]] = []
    size, last = len(word), len(text)
    place = text.find(word)
    while place >= 0:
        end = place + size
        if (not place or text[place - 1] not in _LETTERS) and (end == last or text[end] not in _LETTERS):
            while end < last and text[end] in BLANK:
                end += 1
            found.append((place, end))
        place = text.find(word, place + size)
    return found


def stands_free(text: bytes, word: bytes) -> bool:
    """Whether a word stands anywhere but right behind a dot."""
    size, last = len(word), len(text)
    place = text.find(word)
    while place >= 0:
        end = place + size
        before = text[place - 1] if place else 32
        if before != 46 and before not in _LETTERS and (end == last or text[end] not in _LETTERS):
            return True
        place = text.find(word, end)
    return False


def is_attribute(text: bytes, place: int) -> bool:
    """Whether a dot stands before a place."""
    place -= 1
    while place >= 0 and text[place] in BLANK:
        place -= 1
    return place >= 0 and text[place] == 46
