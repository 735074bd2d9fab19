"""From bytes to the bodies of messages, over standard input or a socket.

pygls hands every header line and every body to a thread pool of its own accord: three hops for a message, which is
most of what a warm hover costs. Here one thread reads whole messages and wakes the loop once for each.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from typing import Protocol

CHUNK = 1 << 16
_LENGTH = b"content-length:"
_LONGEST_LINE = 10_000
"""Bytes of a header line; what is longer is no header."""
_LONGEST_BODY = 1 << 30
"""Bytes that a message may be announced with: nobody sends more, and what is waited for swallows all that follows."""


class Bodies(Protocol):
    """Where messages come from."""

    async def body(self) -> bytes | None:
        """The next one; None when there are no more."""
        ...


class Splitter:
    """Cuts a stream into bodies. What is no header is skipped until there is one again."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._searched = 0
        self._length = 0
        """That the header being read has given; 0 before it has."""
        self._in_body = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The bodies that are whole now."""
        self._data += chunk
        found: list[bytes] = []
        while True:
            if self._in_body:
                if len(self._data) < self._length:
                    return found
                found.append(bytes(memoryview(self._data)[: self._length]))
                self._drop(self._length)
                self._in_body, self._length = False, 0
            end = self._data.find(b"\n", self._searched) + 1
            if not end:
                if len(self._data) > _LONGEST_LINE:
                    # a header may begin at its end
                    self._drop(len(self._data) - _LONGEST_LINE // 2)
                self._searched = len(self._data)
                return found
            self._line(bytes(memoryview(self._data)[:end]))
            self._drop(end)

    def _line(self, line: bytes) -> None:
        if not line.strip():
            self._in_body = self._length > 0
            return
        # behind a body whose length was wrong the next header begins inside of a line
        at = line.lower().rfind(_LENGTH)
        if at >= 0:
            digits = line[at + len(_LENGTH) :].strip()
            length = int(digits) if digits.isdigit() and len(digits) < 20 else 0
            self._length = length if length <= _LONGEST_BODY else 0

    def _drop(self, end: int) -> None:
        del self._data[:end]
        self._searched = 0


class StandardInput:
    """Reads messages in a thread."""

    def __init__(self, descriptor: int, loop: asyncio.AbstractEventLoop) -> None:
        """Reads the descriptor itself: a thread that waits inside of one of Python's streams when the program ends
        takes it down with an error."""
        self._descriptor = descriptor
        self._loop = loop
        self._arrived: deque[bytes | None] = deque()
        self._wake = asyncio.Event()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    async def body(self) -> bytes | None:
        while not self._arrived:
            self._wake.clear()
            await self._wake.wait()
        return self._arrived.popleft()

    def _read(self) -> None:
        splitter = Splitter()
        is_open = True
        while is_open:
            try:
                chunk = os.read(self._descriptor, CHUNK)
            except OSError:
                chunk = b""
            is_open = bool(chunk)
            bodies = splitter.feed(chunk)
            self._arrived.extend(bodies if is_open else [*bodies, None])
            if bodies or not is_open:
                try:
                    self._loop.call_soon_threadsafe(self._wake.set)
                except RuntimeError:
                    return  # the loop is closed: the server has ended


class Socket:
    """Reads messages from a connection."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._splitter = Splitter()
        self._arrived: deque[bytes] = deque()

    async def body(self) -> bytes | None:
        while not self._arrived:
            chunk = await self._reader.read(CHUNK)
            if not chunk:
                return None
            self._arrived.extend(self._splitter.feed(chunk))
        return self._arrived.popleft()
