"""Writes what ``torch.load(weights_only=True)`` reads: a zip of a pickle and of one record for each tensor.

Facts: ``_save`` of ``torch/serialization.py``. Records start at multiples of 64 bytes, as ``torch.load(mmap=True)``
likes them; the room before each is an extra field of its header, as torch's own writer does it.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from lsp_server.weights.dtypes import DType
from lsp_server.weights.items import Advance, Item
from lsp_server.weights.tensors import Files

_ROOT = "archive/"
_ALIGNMENT = 64
_HEADER = 30
_BIG = 20
"""Bytes that the sizes of a record take in its header, where it has 2 GB or more."""
_PADDING = b"FB"
_TIME = (1980, 1, 1, 0, 0, 0)
"""The same weights give the same file."""


def write(out: BinaryIO, items: Sequence[Item], files: Files, advance: Advance) -> None:
    """A state dictionary in the order of the items."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        _record(archive, out, "data.pkl", [b"".join(_pickle(items))])
        _record(archive, out, ".format_version", [b"1"])
        _record(archive, out, ".storage_alignment", [str(_ALIGNMENT).encode()])
        _record(archive, out, "byteorder", [b"little"])
        for index, item in enumerate(items):
            _record(archive, out, f"data/{index}", item.pieces(files), item.size, advance)
        _record(archive, out, "version", [b"3\n"])
        _record(archive, out, ".data/serialization_id", [b"0" * 40])


def _record(
    archive: zipfile.ZipFile,
    out: BinaryIO,
    name: str,
    pieces: Sequence[bytes] | Iterator[bytes | memoryview],
    size: int = 0,
    advance: Advance | None = None,
) -> None:
    info = zipfile.ZipInfo(_ROOT + name, _TIME)
    info.file_size = size
    big = size * 1.05 > zipfile.ZIP64_LIMIT  # as `ZipFile.open` decides
    start = out.tell() + _HEADER + len(info.filename) + (_BIG if big else 0) + 4
    room = -start % _ALIGNMENT
    info.extra = struct.pack("<2sH", _PADDING, room) + b"Z" * room
    with archive.open(info, "w", force_zip64=big) as record:
        for piece in pieces:
            record.write(piece)
            if advance is not None:
                advance(len(piece))


def _pickle(items: Sequence[Item]) -> Iterator[bytes]:
    """``OrderedDict`` of tensors in protocol 2, as torch pickles it."""
    yield b"\x80\x02" + _name("collections", "OrderedDict") + b")R("
    for index, item in enumerate(items):
        yield _text(item.name)
        yield from _tensor(item, index)
    yield b"u."


def _tensor(item: Item, index: int) -> Iterator[bytes]:
    typed = bool(item.dtype.storage)
    yield _name("torch._utils", "_rebuild_tensor_v2" if typed else "_rebuild_tensor_v3") + b"(("
    yield _text("storage")
    yield _name("torch", item.dtype.storage) if typed else _name("torch.storage", "UntypedStorage")
    yield _text(str(index)) + _text("cpu")
    yield _number(item.size // item.dtype.size if typed else item.size)
    yield b"tQ" + _number(0) + _numbers(item.shape) + _numbers(_strides(item.shape))
    yield b"\x89" + _name("collections", "OrderedDict") + b")R"
    if not typed:
        yield _dtype(item.dtype)
    yield b"tR"


def _dtype(dtype: DType) -> bytes:
    return _name("torch", dtype.name)


def _strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    steps: list[int] = []
    step = 1
    for size in reversed(shape):
        steps.append(step)
        step *= max(size, 1)
    return tuple(reversed(steps))


def _name(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def _text(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return b"X" + struct.pack("<I", len(data)) + data


def _numbers(values: tuple[int, ...]) -> bytes:
    return b"(" + b"".join(_number(value) for value in values) + b"t"


def _number(value: int) -> bytes:
    if value < 1 << 8:
        return b"K" + bytes((value,))
    if value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    data = value.to_bytes(value.bit_length() // 8 + 1, "little")
    return b"\x8a" + bytes((len(data),)) + data
