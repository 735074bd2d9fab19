"""Garbage is collected while nobody waits.

What an analysis knows leads back to it, so that only the collector frees old versions. When that runs of its own
accord, it does so in the middle of an answer, and looks at all that is held: 0.4 s with 50,000 lines open. Here it
looks at what is new in every short pause, and at everything, which is then left alone (`gc.freeze`), in a long one.
"""

from __future__ import annotations

import asyncio
import gc

_SHORT, _LONG = 0.3, 3.0
"""Seconds without a message."""
_THRESHOLDS = (5_000, 10, 20)
"""A million new objects without any pause: then it is collected at once."""


class Collector:
    """Runs in the loop of a server, which says when a message came."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._last = loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._is_young_done = True
        gc.set_threshold(*_THRESHOLDS)

    def message(self) -> None:
        """Somebody asks or says something."""
        self._last = self._loop.time()
        self._is_young_done = False
        if self._timer is None:
            self._timer = self._loop.call_later(_SHORT, self._look)

    def _look(self) -> None:
        self._timer = None
        quiet = self._loop.time() - self._last
        wait = _LONG if self._is_young_done else _SHORT
        if quiet < wait:
            self._timer = self._loop.call_later(wait - quiet, self._look)
        elif not self._is_young_done:
            gc.collect(1)
            self._is_young_done = True
            self._timer = self._loop.call_later(_LONG - quiet, self._look)
        else:
            gc.unfreeze()
            gc.collect()
            gc.freeze()
