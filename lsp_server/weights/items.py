"""What is written: a tensor under its new name and shape, with its bytes or with one value."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from math import prod

import msgspec

from lsp_server.weights.dtypes import DType
from lsp_server.weights.tensors import CHUNK, Files, Stored, chunks

Advance = Callable[[int], object]
"""Told about every number of bytes that was written."""
_FORMS = {"float16": "<e", "float32": "<f", "float64": "<d"}


class Item(msgspec.Struct, frozen=True):
    """One tensor of the new file."""

    name: str
    dtype: DType
    shape: tuple[int, ...]
    source: Stored | None = None
    value: int = 0
    """Without ``source``: what every element is."""

    @property
    def size(self) -> int:
        return prod(self.shape) * self.dtype.size

    def pieces(self, files: Files) -> Iterator[bytes | memoryview]:
        """Its bytes, a few megabytes at a time."""
        if self.source is not None:
            yield from chunks(self.source, files)
            return
        whole = _element(self.dtype, self.value) * prod(self.shape)
        for start in range(0, len(whole), CHUNK):
            yield whole[start : start + CHUNK]


def holds_only(stored: Stored, value: int) -> bool:
    """Whether every element of a tensor is one value."""
    element = _element(stored.dtype, value)
    with Files() as files:
        return all(bytes(piece) == element * (len(piece) // len(element)) for piece in chunks(stored, files))


def _element(dtype: DType, value: int) -> bytes:
    if dtype.name == "bfloat16":
        return struct.pack("<f", value)[2:]
    if dtype.name in _FORMS:
        return struct.pack(_FORMS[dtype.name], value)
    return value.to_bytes(dtype.size, "little")
