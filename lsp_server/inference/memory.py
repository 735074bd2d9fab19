"""What follows from the text of a file alone, worked out once per version. Facts go through `Analysis.ask` instead."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

T = TypeVar("T")


def kept(analysis: Analysis, kind: str, key: Hashable, work: Callable[[], T]) -> T:
    """The result of some work that asks for no facts."""
    known = cast("dict[Hashable, T]", analysis.home.caches.setdefault(kind, {}))
    if key not in known:
        known[key] = work()
    return known[key]
