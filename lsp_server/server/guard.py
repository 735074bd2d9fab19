"""What holds for every request: it is answered, whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

logger = logging.getLogger("torchspore")
Result = TypeVar("Result")


def guarded(answer: Callable[[], Result], otherwise: Result) -> Result:
    """Run a handler's work: whatever goes wrong in it is one log line, and the client gets the empty answer."""
    try:
        return answer()
    except Exception:
        logger.exception("a request failed")
        return otherwise
