"""Ranges of bytes, asked which of them hold a place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable


class Ranges:
    """Half-open ranges, which may lie in each other."""

    __slots__ = ("_ranges", "_reach")

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._ranges = sorted(ranges)
        self._reach: list[int] = []
        """Up to where this range and those before it reach."""
        reach = -1
        for _, end in self._ranges:
            reach = max(reach, end)
            self._reach.append(reach)

    def holds(self, offset: int) -> bool:
        """Whether a place is in one of them."""
        index = bisect_right(self._ranges, (offset, self._reach[-1])) - 1 if self._ranges else -1
        while index >= 0 and self._reach[index] > offset:
            if self._ranges[index][0] <= offset < self._ranges[index][1]:
                return True
            index -= 1
        return False

    def smallest(self, start: int, end: int) -> tuple[int, int] | None:
        """The shortest one around a piece of text; of equal ones the first."""
        found: tuple[int, int] | None = None
        index = bisect_right(self._ranges, (start, self._reach[-1])) - 1 if self._ranges else -1
        while index >= 0 and self._reach[index] >= end:
            one = self._ranges[index]
            if one[1] >= end and (found is None or one[1] - one[0] <= found[1] - found[0]):
                found = one
            index -= 1
        return found
