"""A tensor that lies in a file: where its bytes are, and how they are read piece by piece."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from io import FileIO
from math import prod
from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, mmap
from pathlib import Path

import msgspec

from lsp_server.messages import Message
from lsp_server.messages import weights as messages
from lsp_server.weights import strided
from lsp_server.weights.dtypes import DType
from lsp_server.weights.refused import Refused

CHUNK = 4 << 20
"""Bytes that are held at once."""
_ARRAYS = {2: "H", 4: "I", 8: "Q"}


class Stored(msgspec.Struct, frozen=True):
    """One tensor of a file."""

    name: str
    dtype: DType
    shape: tuple[int, ...]
    path: Path
    spans: tuple[tuple[int, int], ...]
    """Ranges of the file, as offset and length, that hold its bytes in order."""
    strides: tuple[int, ...] | None = None
    """In elements, from the start of the only span; None: the elements lie in their order."""
    big_endian: bool = False
    problem: Message | None = None
    """Why it cannot be read: it is sparse, or quantized, or has no data."""

    @property
    def size(self) -> int:
        """Bytes of all of its elements."""
        return prod(self.shape) * self.dtype.size


class Files:
    """Open files, closed together."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._open: dict[Path, FileIO] = {}

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def get(self, path: Path) -> FileIO:
        if path not in self._open:
            self._open[path] = self._stack.enter_context(FileIO(path))
        return self._open[path]


def chunks(stored: Stored, files: Files) -> Iterator[bytes | memoryview]:
    """Its elements in their order, little-endian, a few megabytes at a time. A piece is valid until the next one."""
    if stored.problem is not None:
        raise Refused(stored.problem, name=stored.name)
    pieces = _strided(stored, files) if stored.strides is not None else _plain(stored, files)
    unit = stored.dtype.unit
    if not stored.big_endian or unit == 1:
        yield from pieces
        return
    for piece in pieces:
        numbers = array(_ARRAYS[unit], bytes(piece))
        numbers.byteswap()
        yield numbers.tobytes()


def _plain(stored: Stored, files: Files) -> Iterator[memoryview]:
    file = files.get(stored.path)
    buffer = memoryview(bytearray(min(CHUNK, max((length for _, length in stored.spans), default=0))))
    for offset, length in stored.spans:
        file.seek(offset)
        left = length
        while left:
            wanted = buffer[: min(left, CHUNK)]
            filled = 0
            while filled < len(wanted):
                count = file.readinto(wanted[filled:])
                if not count:
                    raise Refused(messages.TRUNCATED, path=stored.path)
                filled += count
            yield wanted
            left -= len(wanted)


def _strided(stored: Stored, files: Files) -> Iterator[bytes | memoryview]:
    """Through a map of the storage: elements are picked from everywhere in it."""
    ((offset, length),) = stored.spans
    if not stored.size:
        return
    start = offset - offset % ALLOCATIONGRANULARITY
    handle, reach = files.get(stored.path).fileno(), offset - start + length
    with (
        mmap(handle, reach, access=ACCESS_READ, offset=start) as mapped,
        memoryview(mapped) as everything,
        everything[offset - start :] as storage,
    ):
        yield from strided.gathered(storage, stored.dtype.size, stored.shape, stored.strides or (), CHUNK)


def is_contiguous(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool:
    """Whether the elements lie in their order, without gaps."""
    expected = 1
    for size, step in zip(reversed(shape), reversed(strides), strict=True):
        if size != 1 and step != expected:
            return prod(shape) == 0
        expected *= size
    return True
