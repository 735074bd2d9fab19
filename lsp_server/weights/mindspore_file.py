"""Reads and writes MindSpore's ``.ckpt``: protobuf messages, one for each tensor or slice of one.

Facts: ``checkpoint.proto`` as ``mindspore/train/checkpoint_pb2.py`` 2.10 describes it, ``_exec_save`` and
``_parse_ckpt_proto`` of ``mindspore/train/serialization.py``:

    message Checkpoint { repeated Value value = 1; }
    message Value { required string tag = 1; oneof { TensorProto tensor = 2; MapTensorProto maptensor = 3; } }
    message TensorProto { repeated int64 dims = 1; required string tensor_type = 2; required bytes tensor_content = 3; }

A tensor of more than 512 MB is written as slices: neighbours with one tag, each with the shape of the whole. With
``crc_check``, seventeen bytes follow: ``crc_num`` and the CRC-32 of all before.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import BinaryIO

import msgspec

from lsp_server.messages import weights as messages
from lsp_server.weights.content import Content
from lsp_server.weights.dtypes import DTYPES, OF_MINDSPORE
from lsp_server.weights.items import Advance, Item
from lsp_server.weights.refused import Refused
from lsp_server.weights.tensors import CHUNK, Files, Stored

SLICE = 512 << 20
_MARK = b"crc_num"
_TRAILER = len(_MARK) + 10
_MOST_TEXT = 1 << 16
_LENGTH_DELIMITED = 2
_FIXED = {1: 8, 5: 4}


class _Broken(Exception):
    """The bytes are no such messages."""


class _Part(msgspec.Struct):
    """One message: a tensor, or a slice of one."""

    tag: str = ""
    kind: str = ""
    dims: list[int] = msgspec.field(default_factory=list[int])
    span: tuple[int, int] = (0, 0)
    is_tensor: bool = False


def read(path: Path) -> Content:
    """The tensors of a file; what it holds besides (numbers and strings of ``append_dict``) is named only."""
    size = path.stat().st_size
    with path.open("rb") as file:
        size -= _checked(path, file, size)
        try:
            parts = list(_parts(file, size))
        except (_Broken, UnicodeDecodeError) as error:
            raise Refused(messages.BROKEN_CKPT, path=path) from error
    groups: dict[str, list[_Part]] = {}
    last = ""
    for part in parts:
        if part.tag in groups and part.tag != last:
            raise Refused(messages.TWICE, path=path, name=part.tag)
        groups.setdefault(part.tag, []).append(part)
        last = part.tag
    tensors: dict[str, Stored] = {}
    beside: list[str] = []
    for tag, group in groups.items():
        if group[0].is_tensor and group[0].kind != "str":
            tensors[tag] = _stored(path, tag, group)
        else:
            beside.append(tag)
    return Content("mindspore", tensors, "mindspore", beside=tuple(beside))


def _checked(path: Path, file: BinaryIO, size: int) -> int:
    """The length of the checksum at the end; refuses a file that it does not fit."""
    if size < _TRAILER:
        return 0
    file.seek(size - _TRAILER)
    trailer = file.read(_TRAILER)
    file.seek(0)
    if not trailer.startswith(_MARK):
        return 0
    checksum, left = 0, size - _TRAILER
    while left:
        piece = file.read(min(left, CHUNK))
        checksum = zlib.crc32(piece, checksum)
        left -= len(piece)
        if not piece:
            raise Refused(messages.TRUNCATED, path=path)
    if checksum != int.from_bytes(trailer[len(_MARK) :], "big"):
        raise Refused(messages.BAD_CHECKSUM, path=path)
    file.seek(0)
    return _TRAILER


def _stored(path: Path, tag: str, group: list[_Part]) -> Stored:
    first = group[0]
    dtype = OF_MINDSPORE.get(first.kind)
    dims = tuple(first.dims)
    if dtype is None:
        known = DTYPES.get(first.kind.lower())
        if known is None:
            return Stored(tag, DTYPES["float32"], dims, path, (), problem=messages.QUANTIZED)
        dtype = known
    length = sum(part.span[1] for part in group)
    if dims == (0,) and length == dtype.size:
        dims = ()  # a scalar, as versions before 2.0 wrote it
    if prod(dims) * dtype.size != length:
        whole = prod(dims) * dtype.size
        twice = len(group) > 1 and all(part.span[1] == whole for part in group)
        raise Refused(messages.TWICE if twice else messages.TRUNCATED, path=path, name=tag)
    return Stored(tag, dtype, dims, path, tuple(part.span for part in group if part.span[1]))


def _parts(file: BinaryIO, end: int) -> Iterator[_Part]:
    for field, start, length in _fields(file, 0, end):
        if field != 1 or length < 0:
            raise _Broken
        yield _value(file, start, start + length)


def _value(file: BinaryIO, start: int, end: int) -> _Part:
    part = _Part()
    for field, begin, length in _fields(file, start, end):
        if field == 1:
            part.tag = _text(file, begin, length)
        elif field == 2:
            part.is_tensor = True
            _tensor(part, file, begin, begin + length)
    return part


def _tensor(part: _Part, file: BinaryIO, start: int, end: int) -> None:
    for field, begin, length in _fields(file, start, end):
        if field == 1 and length < 0:
            part.dims.append(begin)
        elif field == 1:  # several in one piece
            file.seek(begin)
            while file.tell() < begin + length:
                part.dims.append(_varint(file))
        elif field == 2:
            part.kind = _text(file, begin, length)
        elif field == 3:
            part.span = begin, length
    if any(size >= 1 << 62 for size in part.dims):
        raise _Broken


def _fields(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, place and length of each field; for a number: its value, and -1."""
    place = start
    while place < end:
        file.seek(place)
        key = _varint(file)
        if key & 7 == 0:
            value = _varint(file)
            place = file.tell()
            yield key >> 3, value, -1
            continue
        length = _varint(file) if key & 7 == _LENGTH_DELIMITED else _FIXED.get(key & 7, -1)
        begin = file.tell()
        place = begin + length
        if length < 0 or place > end:
            raise _Broken
        yield key >> 3, begin, length


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            break
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise _Broken


def _text(file: BinaryIO, start: int, length: int) -> str:
    if not 0 <= length <= _MOST_TEXT:
        raise _Broken
    file.seek(start)
    return file.read(length).decode("utf-8")


def write(out: BinaryIO, items: Sequence[Item], checksum: bool, files: Files, advance: Advance) -> None:
    """The messages that ``save_checkpoint`` writes."""
    crc = 0

    def put(data: bytes | memoryview) -> None:
        nonlocal crc
        out.write(data)
        if checksum:
            crc = zlib.crc32(data, crc)

    for item in items:
        tag = _delimited(1, item.name.encode("utf-8", "surrogatepass"))
        head = b"".join(b"\x08" + _number(size) for size in item.shape)
        head += _delimited(2, item.dtype.mindspore.encode())
        left = _slices(item.size)
        room = 0
        for piece in item.pieces(files):
            view = memoryview(piece)
            while len(view):
                if not room:
                    room = next(left)
                    inner = len(head) + 1 + len(_number(room)) + room
                    outer = len(tag) + 1 + len(_number(inner)) + inner
                    put(b"\x0a" + _number(outer) + tag + b"\x12" + _number(inner) + head + b"\x1a" + _number(room))
                part = view[:room]
                put(part)
                advance(len(part))
                room -= len(part)
                view = view[len(part) :]
    if checksum:
        out.write(_MARK + crc.to_bytes(10, "big"))


def _slices(size: int) -> Iterator[int]:
    for start in range(0, size, SLICE):
        yield min(SLICE, size - start)


def _delimited(field: int, data: bytes) -> bytes:
    return bytes((field << 3 | _LENGTH_DELIMITED,)) + _number(len(data)) + data


def _number(value: int) -> bytes:
    """A varint."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
