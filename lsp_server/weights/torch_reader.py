"""Reads what ``torch.save`` writes: the zip format of torch 1.6 and later, and the stream of pickles before it.

Facts: ``_save``, ``_load`` and ``_legacy_load`` of ``torch/serialization.py``. Records of the zip are never compressed,
so a small file cannot grow.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

from lsp_server.messages import weights as messages
from lsp_server.weights import objects, pickles
from lsp_server.weights.content import Content
from lsp_server.weights.dtypes import DTYPES
from lsp_server.weights.refused import Refused
from lsp_server.weights.tensors import Stored, is_contiguous

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
_MOST_PICKLE = 512 << 20
_NAMES = ("state_dict", "model_state_dict", "model", "model_state", "net", "module", "params", "weights")
"""Where training scripts keep a model's state, the most frequent first."""
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")


def read_zip(path: Path) -> Content:
    """A file of torch 1.6 or later."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            return _zip(path, archive, file)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, EOFError, UnicodeDecodeError) as error:
        raise Refused(messages.BROKEN_FILE, path=path, reason=error) from error


def _zip(path: Path, archive: zipfile.ZipFile, file: BinaryIO) -> Content:
    records: dict[str, zipfile.ZipInfo] = {}
    for info in archive.infolist():
        if info.filename in records:
            raise Refused(messages.TWICE, path=path, name=info.filename)
        records[info.filename] = info
    main = [name for name in records if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(main) != 1:
        raise Refused(messages.NO_TORCH_ZIP, path=path)
    root = main[0][: -len("data.pkl")]
    if f"{root}constants.pkl" in records:
        raise Refused(messages.TORCHSCRIPT, path=path)

    def place(name: str) -> tuple[int, int]:
        """Where the bytes of a record lie."""
        info = records.get(root + name)
        if info is None:
            raise Refused(messages.BROKEN_FILE, path=path, reason=f"{root}{name}")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size or info.flag_bits & 1:
            raise Refused(messages.COMPRESSED, path=path, name=info.filename)
        file.seek(info.header_offset)
        header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
        start = info.header_offset + _LOCAL_HEADER.size + header[-2] + header[-1]
        if header[0] != b"PK\x03\x04" or start + info.file_size > path.stat().st_size:
            raise Refused(messages.TRUNCATED, path=path)
        return start, info.file_size

    def record(name: str, most: int) -> bytes:
        start, size = place(name)
        if size > most:
            raise Refused(messages.BROKEN_FILE, path=path, reason=f"{name}: {size} bytes")
        file.seek(start)
        return file.read(size)

    big_endian = f"{root}byteorder" in records and record("byteorder", 16) == b"big"
    loaded = pickles.load(io.BytesIO(record("data.pkl", _MOST_PICKLE)), _storage)
    return _content(path, loaded, lambda key: place(f"data/{key}"), big_endian)


def read_legacy(path: Path) -> Content:
    """A file of torch before 1.6: five pickles, then the storages in the order of the last of them."""
    used: dict[str, objects.Storage] = {}

    def storage(identity: object) -> objects.Storage:
        found = _storage(identity)
        used.setdefault(found.key, found)
        return found

    with path.open("rb") as file:
        if pickles.load(file, _storage) != MAGIC or pickles.load(file, _storage) != PROTOCOL:
            raise Refused(messages.UNKNOWN_FORMAT, path=path)
        pickles.load(file, _storage)  # what machine wrote it: its numbers are little-endian in any case
        loaded = pickles.load(file, storage)
        keys = pickles.load(file, _storage)
        places: dict[str, tuple[int, int]] = {}
        for key in cast("list[object]", keys) if isinstance(keys, list) else []:
            known = used.get(str(key))
            header = file.read(8)
            if known is None or known.dtype is None or len(header) != 8:
                raise Refused(messages.TRUNCATED, path=path)
            size = struct.unpack("<q", header)[0] * known.dtype.size
            start = file.tell()
            if not 0 <= size <= path.stat().st_size - start:
                raise Refused(messages.TRUNCATED, path=path)
            places[str(key)] = start, size
            file.seek(size, io.SEEK_CUR)

    def place(key: str) -> tuple[int, int]:
        if key not in places:
            raise Refused(messages.TRUNCATED, path=path)
        return places[key]

    return _content(path, loaded, place, big_endian=False)


def _storage(identity: object) -> objects.Storage:
    """``("storage", class, key, location, number of elements)``, and in old files the part of it that a view is."""
    parts: list[Any] = list(cast("tuple[Any, ...]", identity)) if isinstance(identity, tuple) else []
    if len(parts) not in (5, 6) or parts[0] != "storage" or type(parts[4]) is not int:
        raise ValueError("a reference to something that is no storage")
    view: list[Any] = list(cast("tuple[Any, ...]", parts[5])) if isinstance(parts[-1], tuple) else []
    offset = view[1] if len(view) == 3 else 0
    if type(offset) is not int or offset < 0:
        raise ValueError("a view without place")
    return objects.Storage(str(parts[2]), objects.storage_type(parts[1]), parts[4], offset)


def _content(path: Path, loaded: object, place: Callable[[str], tuple[int, int]], big_endian: bool) -> Content:
    within, state = _state(path, loaded)
    tensors: dict[str, Stored] = {}
    beside: list[str] = []
    for name, value in state.items():
        if isinstance(value, objects.Tensor):
            tensors[str(name)] = _stored(path, str(name), value, place, big_endian)
        else:
            beside.append(str(name))
    if within:
        beside += [str(name) for name in cast("Mapping[object, object]", loaded) if name != within]
    return Content("torch", tensors, "torch", within, tuple(beside))


def _state(path: Path, loaded: object) -> tuple[str, Mapping[object, object]]:
    """The dictionary of tensors, and the name that a training checkpoint has it under."""
    if not isinstance(loaded, dict):
        raise Refused(messages.NO_STATE, path=path, found=type(loaded).__name__)
    outer = cast("dict[object, object]", loaded)
    for name in (*_NAMES, ""):
        inner = outer.get(name) if name else outer
        if isinstance(inner, dict):
            state = cast("dict[object, object]", inner)
            if any(isinstance(value, objects.Tensor) for value in state.values()) or (not name and not outer):
                return name, state
    raise Refused(messages.NO_STATE, path=path, found=", ".join(str(name) for name in list(outer)[:8]))


def _stored(
    path: Path, name: str, tensor: objects.Tensor, place: Callable[[str], tuple[int, int]], big_endian: bool
) -> Stored:
    dtype, storage = tensor.dtype, tensor.storage
    if tensor.problem is not None or dtype is None or storage is None:
        problem = tensor.problem or messages.META
        return Stored(name, dtype or DTYPES["float32"], tensor.shape, path, (), problem=problem)
    start, size = place(storage.key)
    first = (storage.offset + tensor.offset) * dtype.size
    empty = 0 in tensor.shape
    last = sum((count - 1) * step for count, step in zip(tensor.shape, tensor.strides, strict=True))
    extent = 0 if empty else (last + 1) * dtype.size
    if not empty and first + extent > size:
        raise Refused(messages.OUTSIDE, path=path, name=name)
    contiguous = empty or is_contiguous(tensor.shape, tensor.strides)
    strides = None if contiguous else tensor.strides
    spans = ((start + first, extent),) if extent else ()
    return Stored(name, dtype, tensor.shape, path, spans, strides, big_endian)


def is_legacy(head: bytes) -> bool:
    """Whether a file begins with the pickle of torch's magic number, in any protocol."""
    return head[:1] == b"\x80" and MAGIC.to_bytes(10, "little") in head[:32]
