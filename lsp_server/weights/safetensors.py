"""Reads and writes ``.safetensors``: eight bytes of length, a JSON header, the tensors.

Facts: the format's description; ``metadata_validate`` of ``mindspore/parallel/transform_safetensors.py``, which wants
the tensors in the header in the order in which they lie in the file.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any, BinaryIO, cast

from lsp_server.catalog.model import Framework
from lsp_server.messages import weights as messages
from lsp_server.weights.content import Content
from lsp_server.weights.dtypes import DTYPES, OF_SAFETENSORS
from lsp_server.weights.items import Advance, Item
from lsp_server.weights.refused import Refused
from lsp_server.weights.tensors import Files, Stored

_MOST_HEADER = 100_000_000
_FORMATS: dict[str, Framework] = {"pt": "torch", "ms": "mindspore"}
_MARKS: dict[Framework, str] = {framework: mark for mark, framework in _FORMATS.items()}


def read(path: Path) -> Content:
    """The tensors of a file."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        whole = path.stat().st_size
        if length > _MOST_HEADER or 8 + length > whole:
            raise Refused(messages.TRUNCATED, path=path)
        header = _header(path, file.read(length))
    extra = header.pop("__metadata__", None)
    metadata = cast("dict[str, Any]", extra) if isinstance(extra, dict) else {}
    tensors = {name: _stored(path, name, info, 8 + length, metadata) for name, info in header.items()}
    spans = sorted(stored.spans[0] for stored in tensors.values() if stored.spans)
    for (start, size), (following, _) in pairwise(spans):
        if start + size > following:
            raise Refused(messages.BROKEN_FILE, path=path, reason="overlapping tensors")
    if spans and sum(spans[-1]) > whole:
        raise Refused(messages.TRUNCATED, path=path)
    return Content("safetensors", tensors, _FORMATS.get(str(metadata.get("format"))))


def _header(path: Path, text: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in pairs:
            if name in found:
                raise Refused(messages.TWICE, path=path, name=name)
            found[name] = value
        return found

    try:
        header = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Refused(messages.BROKEN_FILE, path=path, reason=error) from error
    if not isinstance(header, dict):
        raise Refused(messages.BROKEN_FILE, path=path, reason="header")
    return cast("dict[str, Any]", header)


def _stored(path: Path, name: str, info: Any, base: int, metadata: dict[str, Any]) -> Stored:
    try:
        kind, shape, (start, end) = str(info["dtype"]), tuple(info["shape"]), info["data_offsets"]
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(messages.BROKEN_FILE, path=path, reason=name) from error
    numbers = (*shape, start, end)
    if not all(type(number) is int and number >= 0 for number in numbers) or end < start:
        raise Refused(messages.BROKEN_FILE, path=path, reason=name)
    dtype = OF_SAFETENSORS.get(kind)
    if dtype is None or name in metadata:  # MindSpore keeps four-bit numbers in pairs and says so in the metadata
        return Stored(name, DTYPES["float32"], shape, path, (), problem=messages.QUANTIZED)
    if end - start != prod(shape) * dtype.size:
        raise Refused(messages.BROKEN_FILE, path=path, reason=name)
    return Stored(name, dtype, shape, path, ((base + start, end - start),) if end > start else ())


def write(out: BinaryIO, items: Sequence[Item], framework: Framework, files: Files, advance: Advance) -> None:
    """The tensors with the widest numbers come first, so that each lies at a multiple of its width."""
    ordered = sorted(items, key=lambda item: (-item.dtype.unit, item.name))
    header: dict[str, Any] = {"__metadata__": {"format": _MARKS[framework]}}
    place = 0
    for item in ordered:
        offsets = [place, place + item.size]
        header[item.name] = {"dtype": item.dtype.safetensors, "shape": list(item.shape), "data_offsets": offsets}
        place += item.size
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    text += b" " * (-len(text) % 8)
    out.write(len(text).to_bytes(8, "little") + text)
    for item in ordered:
        for piece in item.pieces(files):
            out.write(piece)
            advance(len(piece))
