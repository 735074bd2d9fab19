"""Whether the client still lives. Its end closes our input, unless another process holds the other end of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from typing import Any

SECONDS = 2.0
"""How often one looks: a client that is gone is noticed well before it is started again by hand."""


def is_alive(process: int) -> bool:
    """Whether a process exists; what may not be known counts as alive."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def watch(process: int, gone: Callable[[], None]) -> None:
    """Call ``gone``, on the loop that runs now, once the process does not exist any more. One that cannot be seen from
    the start, as from inside of a container, is not watched."""
    if process <= 0 or not is_alive(process):
        return
    loop = asyncio.get_running_loop()

    def look() -> None:
        if is_alive(process):
            loop.call_later(SECONDS, look)
        else:
            gone()

    loop.call_later(SECONDS, look)


def _is_alive_on_windows(process: int) -> bool:
    import ctypes

    query_limited_information, still_active = 0x1000, 259
    libraries: Any = ctypes  # its part for Windows has no types elsewhere
    kernel: Any = libraries.WinDLL("kernel32")
    handle = kernel.OpenProcess(query_limited_information, False, process)
    if not handle:
        return False
    code = ctypes.c_ulong()
    known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return not known or code.value == still_active
