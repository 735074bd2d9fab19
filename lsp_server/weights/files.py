"""Opens a file of weights, whatever its format, and the parts of one that is split."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import msgspec

from lsp_server.messages import weights as messages
from lsp_server.weights import mindspore_file, safetensors, torch_reader
from lsp_server.weights.content import SUFFIXES, Content
from lsp_server.weights.refused import Refused

_INDEX = ".index.json"
_MOST_INDEX = 256 << 20


def read(path: Path) -> Content:
    """What a file holds; of an index (``model.safetensors.index.json``), what all of its parts hold."""
    try:
        return _index(path) if path.name.endswith(_INDEX) else _file(path)
    except FileNotFoundError as error:
        raise Refused(messages.NO_FILE, path=error.filename or path) from error
    except IsADirectoryError as error:
        raise Refused(messages.IS_FOLDER, path=path) from error
    except OSError as error:
        raise Refused(messages.UNREADABLE, path=path, reason=error.strerror or error) from error


def _file(path: Path) -> Content:
    """The content tells the format: ``.bin`` and ``.pt`` may be anything."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise Refused(messages.EMPTY, path=path)
    if head.startswith(b"PK"):
        return torch_reader.read_zip(path)
    if torch_reader.is_legacy(head):
        return torch_reader.read_legacy(path)
    if head[8:9] == b"{":
        return safetensors.read(path)
    if head[257:262] == b"ustar":
        raise Refused(messages.TAR, path=path)
    if head[0] == 0x0A and SUFFIXES.get(path.suffix) in (None, "mindspore"):
        return mindspore_file.read(path)
    known = SUFFIXES.get(path.suffix)
    raise Refused(messages.BROKEN_CKPT if known == "mindspore" else messages.UNKNOWN_FORMAT, path=path)


def _index(path: Path) -> Content:
    """``{"weight_map": {name: file}}``: the parts lie beside it."""
    if path.stat().st_size > _MOST_INDEX:
        raise Refused(messages.BAD_INDEX, path=path)
    try:
        loaded: Any = json.loads(path.read_bytes())
        places = cast("dict[str, Any]", loaded["weight_map"])
        names = list(dict.fromkeys(places.values()))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(messages.BAD_INDEX, path=path) from error
    if not names or not all(isinstance(name, str) and Path(name).name == name for name in names):
        raise Refused(messages.BAD_INDEX, path=path)
    parts = {name: _file(path.parent / name) for name in names}
    first = parts[names[0]]
    tensors = {}
    for name, file in places.items():
        if name not in parts[file].tensors:
            raise Refused(messages.NOT_IN_PART, name=name, path=path.parent / file)
        tensors[name] = parts[file].tensors[name]
    return msgspec.structs.replace(first, tensors=tensors)
