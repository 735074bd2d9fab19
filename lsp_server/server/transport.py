"""Standard input and output, one hop between threads per message.

pygls hands every header line and every body to a thread pool of its own accord: three hops for a message, which is
most of what a warm hover costs. Here one thread reads whole messages and wakes the loop once for each.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque

_LENGTH = b"content-length:"
_CHUNK = 1 << 16
_LONGEST_LINE = 10_000
"""Bytes of a header line; what is longer is no header."""


class MessageReader:
    """Reads messages in a thread; gives them to the loop line by line, as pygls asks for them."""

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        """Reads the descriptor itself: a thread that waits inside of one of Python's streams when the program ends
        takes it down with an error."""
        self._descriptor = descriptor
        self._data = bytearray()
        self._loop = loop
        self._arrived: deque[tuple[list[bytes], bytes]] = deque()
        self._wake = asyncio.Event()
        self._lines: deque[bytes] = deque()
        self._body = b""
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def readline(self) -> bytes:
        """A header line; empty at the end of the stream."""
        while not self._lines:
            if self._arrived:
                lines, self._body = self._arrived.popleft()
                self._lines.extend(lines)
            else:
                self._wake.clear()
                await self._wake.wait()
        return self._lines.popleft()

    async def readexactly(self, n: int) -> bytes:
        """The body of the message whose header was read last; it was measured by the same header."""
        return self._body[:n]

    def _read(self) -> None:
        while True:
            lines, body = self._message()
            self._arrived.append((lines, body))
            try:
                self._loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:
                return  # the loop is closed: the server has ended
            if lines == [b""]:
                return

    def _message(self) -> tuple[list[bytes], bytes]:
        lines: list[bytes] = []
        length = 0
        while True:
            line = self._line()
            if not line:
                return [b""], b""
            lines.append(line)
            if line.lower().startswith(_LENGTH):
                digits = line.partition(b":")[2].strip()
                length = int(digits) if digits.isdigit() and len(digits) < 20 else 0
            if not line.strip() and length:
                return lines, self._take(length)
            if not line.strip():
                lines = []

    def _line(self) -> bytes:
        """The next line with its end; empty at the end of the input."""
        searched = 0
        while True:
            end = self._data.find(b"\n", searched) + 1
            if end:
                return self._take(end)
            if len(self._data) > _LONGEST_LINE:
                del self._data[:-1]
            searched = len(self._data)
            if not self._more():
                return b""

    def _take(self, length: int) -> bytes:
        """So many bytes; fewer only at the end of the input."""
        while len(self._data) < length and self._more():
            pass
        taken = bytes(memoryview(self._data)[:length])
        del self._data[:length]
        return taken

    def _more(self) -> bool:
        try:
            chunk = os.read(self._descriptor, _CHUNK)
        except OSError:
            return False
        self._data += chunk
        return bool(chunk)
