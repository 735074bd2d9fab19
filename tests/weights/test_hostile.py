"""Files that are broken, incomplete, or made to do harm: one sentence, exit code 2, nothing written, nothing run."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lsp_server.weights import files, pickles
from lsp_server.weights.refused import Refused

from . import support

NET = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = nn.Linear(2, 3)\n"
"""``a.weight`` 3×2 and ``a.bias`` 3."""
HEADER = b"\x80\x02"


class Harm:
    """Whatever unpickles it runs a command."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (self.command,)


def safetensors(header: dict[str, Any] | bytes, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def weight(start: int = 0, shape: tuple[int, ...] = (3, 2), kind: str = "F32", size: int = 24) -> dict[str, Any]:
    return {"dtype": kind, "shape": list(shape), "data_offsets": [start, start + size]}


def torch_zip(data: bytes, records: dict[str, bytes] | None = None, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        archive.writestr("archive/data.pkl", data, zipfile.ZIP_STORED)
        for name, content in (records or {}).items():
            archive.writestr(f"archive/{name}", content)
    return out.getvalue()


def tensor(numel: int = 6, offset: int = 0, shape: bytes = b"(K\x03K\x02t", strides: bytes = b"(K\x02K\x01t") -> bytes:
    """The pickle of ``{"a.weight": tensor}``."""
    return (
        HEADER + b"}(X\x08\x00\x00\x00a.weightctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storage"
        b"ctorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuJ" + struct.pack("<i", numel) + b"tQJ"
        + struct.pack("<i", offset) + shape + strides + b"\x89}tRu."
    )  # fmt: skip


def checkpoint(*messages: tuple[bytes, bytes, tuple[int, ...], bytes]) -> bytes:
    whole = b""
    for tag, kind, dims, data in messages:
        inner = b"".join(bytes((8, size)) for size in dims)
        inner += b"\x12" + bytes((len(kind),)) + kind + b"\x1a" + bytes((len(data),)) + data
        value = b"\x0a" + bytes((len(tag),)) + tag + b"\x12" + bytes((len(inner),)) + inner
        whole += b"\x0a" + bytes((len(value),)) + value
    return whole


GOOD = safetensors({"a.weight": weight(), "a.bias": weight(24, (3,), size=12)}, bytes(36))
CKPT = checkpoint((b"a.weight", b"Float32", (3, 2), bytes(24)), (b"a.bias", b"Float32", (3,), bytes(12)))


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return out.getvalue()


def twice_in_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("archive/data.pkl", HEADER + b"}.")
        archive.writestr("archive/data.pkl", HEADER + b"}.")
    return out.getvalue()


LEGACY = HEADER + b"\x8a\x0a" + (0x1950A86A20F9469CFC6C).to_bytes(10, "little") + b"."
DATA = {"data/0": bytes(24)}
PICKLES = {
    "a command": (pickle.dumps({"a": Harm("touch ran")}, 2), "wants to run posix.system"),
    "a command in protocol 4": (pickle.dumps({"a": Harm("touch ran")}, 4), "wants to run posix.system"),
    "eval": (HEADER + b"cbuiltins\neval\nX\x01\x00\x00\x001\x85R.", "wants to run builtins.eval"),
    "getattr": (HEADER + b"c__builtin__\ngetattr\n.", "wants to run __builtin__.getattr"),
    "a path to a command": (
        HEADER + b"ctorch\nserialization.os.system\n.",
        "wants to run torch.serialization.os.system",
    ),
    "a storage that is none": (HEADER + b"cos\nsystemStorage\n.", "wants to run os.systemStorage"),
    "a storage that torch does not have": (HEADER + b"ctorch\nsystemStorage\n.", "wants to run torch.systemStorage"),
    "a whole model": (HEADER + b"c__main__\nNet\n)\x81}b.", "save only its state_dict()"),
    "extensions": (HEADER + b"\x82\x01.", "damaged (instruction"),
    "instances": (HEADER + b"(i__main__\nNet\n.", "damaged (instruction"),
    "a call of a dictionary": (HEADER + b"})R.", "wants to run dict"),
    "an object of a tensor's storage": (HEADER + b"ctorch\nFloatStorage\n)\x81.", "wants to run torch.FloatStorage"),
    "a state for a name": (HEADER + b"ctorch\nSize\n}b.", "wants to run Named"),
    "an empty stack": (HEADER + b"R.", "damaged (IndexError"),
    "no end": (HEADER + b"}", "damaged (ValueError: the data ends)"),
    "no mark": (HEADER + b"t.", "damaged (IndexError"),
    "a long string": (HEADER + b"X\xff\xff\xff\xff.", "in one piece"),
    "a negative length": (HEADER + b"\x8b\xff\xff\xff\xff.", "in one piece"),
    "a name without end": (HEADER + b"c" + b"a" * 100_000, "damaged"),
    "bad text": (HEADER + b"X\x01\x00\x00\x00\xff.", "damaged"),
    "a key that is a list": (HEADER + b"}]Ns.", "damaged (TypeError"),
    "items for no list": (HEADER + b"}Na.", "damaged (TypeError"),
    "a memory that is not there": (HEADER + b"h\x07.", "damaged (KeyError"),
    "no dictionary": (HEADER + b"].", "no state dictionary (found: list)"),
    "numbers only": (HEADER + b"}X\x05\x00\x00\x00epochK\x03s.", "no state dictionary (found: epoch)"),
    "a reference to no storage": (HEADER + b"X\x01\x00\x00\x00aQ.", "no storage"),
    "a storage that is missing": (tensor().replace(b"\x00\x00\x000X", b"\x00\x00\x007X"), "data/7"),
    "outside of the storage": (tensor(offset=1), "outside of its storage"),
    "far outside": (tensor(strides=b"(J\xff\xff\xff\x7fK\x01t"), "outside of its storage"),
    "negative sizes": (tensor(shape=b"(J\xff\xff\xff\xffK\x02t"), "damaged (ValueError"),
    "negative offset": (tensor(offset=-1), "damaged (ValueError"),
    "sizes that are truth values": (tensor(shape=b"(\x88K\x02t"), "damaged (ValueError"),
    "sizes and strides that differ": (tensor(strides=b"(K\x01t"), "damaged (ValueError"),
}
FILES: dict[str, tuple[str, bytes, str]] = {
    "empty": ("x.pth", b"", "is empty"),
    "text": ("x.pth", b"hello world, this is no file of weights", "neither a file of torch.save"),
    "tar": ("x.pth", bytes(257) + b"ustar" + bytes(300), "before version 0.4"),
    "bare pickle": ("x.pth", pickle.dumps({"a": 1}, 2), "neither a file of torch.save"),
    "another zip": ("x.pth", zipped("word/document.xml"), "not one of torch.save"),
    "TorchScript": ("x.pt", zipped("m/data.pkl", "m/constants.pkl"), "TorchScript program"),
    "cut zip": ("x.pth", torch_zip(tensor(), DATA)[:-40], "damaged"),
    "cut legacy": ("x.pth", LEGACY, "damaged"),
    "legacy of another version": ("x.pth", LEGACY + HEADER + b"K\x01.", "neither a file of torch.save"),
    "compressed": ("x.pth", torch_zip(tensor(), DATA, zipfile.ZIP_DEFLATED), "is compressed"),
    "safetensors, cut header": ("x.safetensors", GOOD[:20], "ends before its data"),
    "safetensors, cut data": ("x.safetensors", GOOD[:-1], "ends before its data"),
    "safetensors, huge header": ("x.safetensors", b"\xff" * 7 + b"\x7f{", "ends before its data"),
    "safetensors, no JSON": ("x.safetensors", safetensors(b"{nothing"), "damaged"),
    "safetensors, deep JSON": ("x.safetensors", safetensors(b'{"a":' * 30_000), "damaged"),
    "safetensors, twice": ("x.safetensors", safetensors(b'{"a":{},"a":{}}'), "holds a twice"),
    "safetensors, overlap": (
        "x.safetensors", safetensors({"a": weight(), "b": weight(8)}, bytes(40)), "overlapping tensors"
    ),
    "safetensors, wrong size": ("x.safetensors", safetensors({"a": weight(size=20)}, bytes(24)), "damaged (a)"),
    "safetensors, negative": ("x.safetensors", safetensors({"a": weight(-4)}, bytes(24)), "damaged (a)"),
    "safetensors, no offsets": ("x.safetensors", safetensors({"a": {"dtype": "F32"}}), "damaged (a)"),
    "safetensors, list": ("x.safetensors", safetensors({"a": [1, 2]}), "damaged (a)"),
    "safetensors, no tensors": ("x.safetensors", safetensors({}), "holds no tensors"),
    "ckpt, cut": ("x.ckpt", CKPT[:-1], "damaged or encrypted"),
    "ckpt, noise": ("x.ckpt", b"\x0a" + b"\xff" * 100, "damaged or encrypted"),
    "ckpt, encrypted": ("x.ckpt", b"\xae\x4f\x11" * 100, "damaged or encrypted"),
    "ckpt, no data": ("x.ckpt", checkpoint((b"a.weight", b"Float32", (3, 2), bytes(20))), "ends before its data"),
    "ckpt, twice in a row": (
        "x.ckpt", checkpoint(*[(b"a.bias", b"Float32", (3,), bytes(12))] * 2), "holds a.bias twice"
    ),
    "ckpt, twice": (
        "x.ckpt",
        checkpoint(*[(tag, b"Float32", (3,), bytes(12)) for tag in (b"a.bias", b"b", b"a.bias")]),
        "holds a.bias twice",
    ),
    "ckpt, bad checksum": ("x.ckpt", CKPT + b"crc_num" + bytes(10), "its checksum does not fit"),
    "index without parts": ("x.index.json", b'{"weight_map": {}}', "no index"),
    "index of something": ("x.index.json", b"[]", "no index"),
    "index, cut": ("x.index.json", b'{"weight_map": {', "no index"),
    "index of a part that is gone": ("x.index.json", b'{"weight_map": {"a": "y.bin"}}', "no such file"),
    "index of a file elsewhere": ("x.index.json", b'{"weight_map": {"a": "../../etc/passwd"}}', "no index"),
    "index of a whole path": ("x.index.json", b'{"weight_map": {"a": "/etc/passwd"}}', "no index"),
}  # fmt: skip
FILES |= {f"pickle: {name}": ("x.pth", torch_zip(data, DATA), says) for name, (data, says) in PICKLES.items()}


@pytest.mark.parametrize("case", [case for case in FILES if case != "safetensors, no tensors"])
def test_one_sentence_and_nothing_else(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, content, says = FILES[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refused) as refused:
        files.read(tmp_path / name)
    for language in ("en", "zh-cn"):
        values = {"path": "x", "name": "x"} | refused.value.values
        assert refused.value.message.text(language, **values)
    assert says in refused.value.message.text("en", **({"path": "x", "name": "x"} | refused.value.values))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("case", ["pickle: a command", "ckpt, cut", "safetensors, no tensors", "another zip", "empty"])
def test_the_command_ends_with_one_line(case: str, tmp_path: Path) -> None:
    model = support.module_file(tmp_path, NET)
    name, content, says = FILES[case]
    (tmp_path / name).write_bytes(content)
    before = set(tmp_path.iterdir())
    said = support.done(tmp_path / name, "-o", tmp_path / "out.safetensors", "--model", f"{model}:Net()", code=2)
    assert says in said and len(said.strip().splitlines()) == 1
    assert set(tmp_path.iterdir()) == before


def test_a_zip_that_names_a_record_twice(tmp_path: Path) -> None:
    (tmp_path / "x.pth").write_bytes(twice_in_zip())
    with pytest.raises(Refused, match="twice"):
        files.read(tmp_path / "x.pth")


def test_old_files_from_a_graphics_card(tmp_path: Path) -> None:
    """Their storages are of ``torch.cuda``; the numbers lie there as in any file."""
    data = tensor().replace(b"ctorch\nFloatStorage", b"ctorch.cuda\nFloatStorage")
    (tmp_path / "x.pth").write_bytes(torch_zip(data, DATA))
    assert files.read(tmp_path / "x.pth").tensors["a.weight"].shape == (3, 2)


def test_nested_tuples_are_no_keys() -> None:
    """Hashing a tuple of twice the same tuple, sixty deep, would take longer than the universe lasts."""
    data = HEADER + b"}K\x01\x85" + b"q\x00h\x00\x86" * 60 + b"Ns."
    with pytest.raises(Refused, match="damaged"):
        pickles.load(io.BytesIO(data), lambda identity: identity)


@pytest.mark.parametrize("seed", range(3))
def test_broken_bytes_never_end_in_a_traceback(seed: int, tmp_path: Path) -> None:
    """One byte after the other of good files is changed."""
    for name, good in (
        ("x.ckpt", CKPT),
        ("x.safetensors", GOOD),
        ("x.pth", torch_zip(tensor(), DATA)),
    ):
        for place in range(seed, min(len(good), 600), 3):
            for value in (0, 0xFF, good[place] ^ 0x80, good[place] ^ 1):
                (tmp_path / name).write_bytes(good[:place] + bytes((value,)) + good[place + 1 :])
                try:
                    files.read(tmp_path / name)
                except Refused as refused:
                    assert refused.message.text("en", **({"path": "x", "name": "x"} | refused.values))
