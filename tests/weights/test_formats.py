"""Every format against the framework that it belongs to, byte for byte."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import mindspore
import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch

from lsp_server.weights import files, mindspore_file, torch_writer
from lsp_server.weights import safetensors as own_safetensors
from lsp_server.weights.dtypes import DTYPES
from lsp_server.weights.items import Item
from lsp_server.weights.tensors import Files, Stored, chunks

pytestmark = pytest.mark.frameworks

TYPES = [name for name in DTYPES if hasattr(torch, name)]
SHAPES = [(), (1,), (3, 4), (2, 1, 5), (0, 3)]


def numbers(shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
    """Every bit pattern is a number: random bytes, but for truth values."""
    generator = torch.Generator().manual_seed(len(shape) + 7)
    if dtype is torch.bool:
        return torch.randint(0, 2, shape, generator=generator).bool()
    count = int(np.prod(shape, dtype=int)) * torch.empty(0, dtype=dtype).element_size()
    data = torch.randint(0, 256, (count,), dtype=torch.uint8, generator=generator)
    return data.view(dtype).reshape(shape) if count else torch.empty(shape, dtype=dtype)


def data(tensor: torch.Tensor) -> bytes:
    flat = tensor.resolve_conj().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def content(stored: Stored) -> bytes:
    with Files() as opened:
        return b"".join(bytes(piece) for piece in chunks(stored, opened))


def check(tensors: dict[str, Stored], expected: dict[str, torch.Tensor]) -> None:
    assert list(tensors) == list(expected)
    for name, tensor in expected.items():
        stored = tensors[name]
        assert stored.dtype.name == str(tensor.dtype).rpartition(".")[2], name
        assert stored.shape == tuple(tensor.shape), name
        assert content(stored) == data(tensor), name


def everything() -> dict[str, torch.Tensor]:
    return {
        f"{name}.{'x'.join(map(str, shape)) or 'scalar'}": numbers(shape, getattr(torch, name))
        for name in TYPES
        for shape in SHAPES
    }


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
def test_what_torch_saves_is_read(legacy: bool, tmp_path: Path) -> None:
    expected = everything()
    if legacy:  # the old format has no types without a storage of their own
        expected = {name: tensor for name, tensor in expected.items() if DTYPES[name.partition(".")[0]].storage}
    torch.save(expected, tmp_path / "x.pth", _use_new_zipfile_serialization=not legacy)
    found = files.read(tmp_path / "x.pth")
    assert (found.format, found.framework, found.beside) == ("torch", "torch", ())
    check(found.tensors, expected)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_other_protocols(protocol: int, tmp_path: Path) -> None:
    expected = {"weight": torch.randn(3, 4), "ü": torch.arange(300)}
    torch.save(expected, tmp_path / "x.bin", pickle_protocol=protocol)
    check(files.read(tmp_path / "x.bin").tensors, expected)


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "legacy"])
def test_views_are_put_in_order(legacy: bool, tmp_path: Path) -> None:
    base = torch.arange(2 * 3 * 4 * 5, dtype=torch.float32).reshape(2, 3, 4, 5)
    image = torch.randn(4, 3, 8, 6)
    expected = {
        "transposed": base.transpose(0, 3),
        "permuted": base.permute(2, 0, 3, 1),
        "slice": base[1, 1:, ::2],
        "step": torch.arange(100)[3:80:7],
        "expanded": torch.arange(4, dtype=torch.int16).reshape(4, 1).expand(4, 9),
        "one for all": torch.tensor(2.5, dtype=torch.float64).expand(3, 4),
        "channels last": image.to(memory_format=torch.channels_last),
        "shared": base[1],
        "same": base,
        "bytes": torch.arange(24, dtype=torch.uint8).reshape(4, 6).t(),
        "complex": torch.randn(3, 5, dtype=torch.complex64).t(),
        "wide": torch.randn(3, 5, dtype=torch.complex128).t(),
        "row": torch.randn(1, 7).t(),
        "parameter": torch.nn.Parameter(base.transpose(1, 2)),
    }
    torch.save(expected, tmp_path / "x.pth", _use_new_zipfile_serialization=not legacy)
    check(files.read(tmp_path / "x.pth").tensors, expected)


def test_large_views_are_put_in_order_piece_by_piece(tmp_path: Path) -> None:
    wide = torch.arange(6 << 20, dtype=torch.int32).reshape(2, -1)
    expected = {"tall": wide.t(), "deep": wide.reshape(3, 2, -1).transpose(0, 1), "wide": wide[:, ::2]}
    torch.save(expected, tmp_path / "x.pth")
    check(files.read(tmp_path / "x.pth").tensors, expected)


def test_big_endian_files(tmp_path: Path) -> None:
    """As torch on such a machine writes them: ``byteorder`` says big, the numbers are turned round."""
    expected = {name: numbers((3, 4), getattr(torch, name)) for name in TYPES}
    expected["view"] = torch.arange(12, dtype=torch.int32).reshape(3, 4).t()
    turned = {}
    for name, tensor in expected.items():
        unit = DTYPES[str(tensor.dtype).rpartition(".")[2]].unit
        base = tensor.t().contiguous() if name == "view" else tensor
        raw = np.frombuffer(data(base), dtype=f"V{unit}").view(np.uint8).reshape(-1, unit)[:, ::-1]
        back = torch.from_numpy(raw.copy().reshape(-1)).view(tensor.dtype).reshape(base.shape)
        turned[name] = back.t() if name == "view" else back
    torch.save(turned, tmp_path / "x.pth")
    path = tmp_path / "x.pth"
    whole = path.read_bytes()
    assert whole.count(b"little") == 1
    # the record is six bytes long: "big" needs another length
    reader = torch._C.PyTorchFileReader(str(path))
    writer = torch._C.PyTorchFileWriter(str(tmp_path / "big.pth"))
    for record in reader.get_all_records():
        value = b"big" if record == "byteorder" else reader.get_record(record)
        if record not in ("version", ".data/serialization_id"):
            writer.write_record(record, value, len(value))
    writer.write_end_of_file()
    assert torch.equal(torch.load(tmp_path / "big.pth", weights_only=True)["view"], expected["view"])
    check(files.read(tmp_path / "big.pth").tensors, expected)


def items(expected: dict[str, torch.Tensor], folder: Path) -> list[Item]:
    """The tensors as they are about to be written, from a file of torch."""
    torch.save(expected, folder / "source.pth")
    stored = files.read(folder / "source.pth").tensors
    return [Item(name, one.dtype, one.shape, one) for name, one in stored.items()]


def written(path: Path, write: Any) -> Path:
    with Files() as opened, path.open("wb") as out:
        write(out, opened)
    return path


@pytest.mark.parametrize("mapped", [False, True], ids=["read", "mapped"])
def test_torch_reads_what_is_written(mapped: bool, tmp_path: Path) -> None:
    expected = everything()
    every = items(expected, tmp_path)
    path = written(tmp_path / "x.pth", lambda out, opened: torch_writer.write(out, every, opened, abs))
    found = torch.load(path, weights_only=True, mmap=mapped)
    assert list(found) == list(expected)
    for name, tensor in expected.items():
        assert (found[name].dtype, found[name].shape) == (tensor.dtype, tensor.shape)
        assert data(found[name]) == data(tensor)
        assert found[name].is_contiguous() and not found[name].requires_grad
    check(files.read(path).tensors, expected)


def test_torch_loads_it_into_a_model(tmp_path: Path) -> None:
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    every = items(dict(net.state_dict()), tmp_path)
    path = written(tmp_path / "x.pth", lambda out, opened: torch_writer.write(out, every, opened, abs))
    assert str(net.load_state_dict(torch.load(path, weights_only=True))) == "<All keys matched successfully>"


def test_safetensors_both_ways(tmp_path: Path) -> None:
    expected = {name: tensor for name, tensor in everything().items() if DTYPES[name.partition(".")[0]].safetensors}
    safetensors.torch.save_file(expected, tmp_path / "x.safetensors", metadata={"format": "pt"})
    found = files.read(tmp_path / "x.safetensors")
    assert found.framework == "torch"
    check({name: found.tensors[name] for name in expected}, expected)
    every = items(expected, tmp_path)
    path = written(
        tmp_path / "y.safetensors", lambda out, opened: own_safetensors.write(out, every, "torch", opened, abs)
    )
    loaded = safetensors.torch.load_file(path)
    assert loaded.keys() == expected.keys()
    for name, tensor in expected.items():
        assert loaded[name].dtype == tensor.dtype and loaded[name].shape == tensor.shape
        assert data(loaded[name]) == data(tensor)
    with safetensors.safe_open(path, "pt") as opened:
        assert opened.metadata() == {"format": "pt"}


def parameters() -> dict[str, Any]:
    """What MindSpore can hold, as its own Parameters."""
    found = {}
    for name, dtype in DTYPES.items():
        if dtype.mindspore:
            for shape in ((), (3,), (2, 3, 4)):
                tensor = numbers(shape, getattr(torch, name))
                array = np.frombuffer(data(tensor), dtype=np.uint8)
                made = mindspore.Tensor(np.zeros(shape), getattr(mindspore, name))
                same = mindspore.Tensor.convert_bytes_to_tensor(array.tobytes(), shape, made.dtype)
                key = f"{name}.{len(shape)}"
                found[key] = mindspore.Parameter(same, name=key), tensor
    return found


@pytest.mark.parametrize("checksum", [False, True])
def test_checkpoints_of_mindspore_are_read(checksum: bool, tmp_path: Path) -> None:
    made = parameters()
    saved = [{"name": name, "data": parameter} for name, (parameter, _) in made.items()]
    extra = {"epoch": 3, "rate": 0.5, "title": "a note", "best": True}
    path = tmp_path / "x.ckpt"
    mindspore.save_checkpoint(saved, str(path), append_dict=extra, crc_check=checksum)
    found = files.read(path)
    assert (found.format, found.framework) == ("mindspore", "mindspore")
    check({name: found.tensors[name] for name in made}, {name: tensor for name, (_, tensor) in made.items()})
    assert "title" in found.beside


@pytest.mark.parametrize("checksum", [False, True])
def test_mindspore_reads_what_is_written(checksum: bool, tmp_path: Path) -> None:
    expected = {name: tensor for name, (_, tensor) in parameters().items()}
    every = items(expected, tmp_path)
    path = written(tmp_path / "x.ckpt", lambda out, opened: mindspore_file.write(out, every, checksum, opened, abs))
    found = mindspore.load_checkpoint(str(path), crc_check=checksum)
    assert list(found) == list(expected)
    for name, tensor in expected.items():
        assert str(found[name].dtype).lower() == str(tensor.dtype).rpartition(".")[2]
        assert found[name].shape == tuple(tensor.shape)
        assert found[name].data.get_bytes() == data(tensor)
    check(files.read(path).tensors, expected)


def test_the_bytes_are_those_that_mindspore_writes(tmp_path: Path) -> None:
    made = parameters()
    saved = [{"name": name, "data": parameter} for name, (parameter, _) in made.items()]
    mindspore.save_checkpoint(saved, str(tmp_path / "theirs.ckpt"), crc_check=True)
    every = items({name: tensor for name, (_, tensor) in made.items()}, tmp_path)
    ours = written(tmp_path / "ours.ckpt", lambda out, opened: mindspore_file.write(out, every, True, opened, abs))
    assert ours.read_bytes() == (tmp_path / "theirs.ckpt").read_bytes()


def test_large_tensors_are_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tensor = numbers((1000, 7), torch.float32)
    monkeypatch.setattr(mindspore_file, "SLICE", 1000)
    every = items({"big": tensor, "small": torch.ones(2)}, tmp_path)
    path = written(tmp_path / "x.ckpt", lambda out, opened: mindspore_file.write(out, every, False, opened, abs))
    assert path.read_bytes().count(b"big") == 28
    check(files.read(path).tensors, {"big": tensor, "small": torch.ones(2)})
    assert mindspore.load_checkpoint(str(path))["big"].data.get_bytes() == data(tensor)
    monkeypatch.setattr("mindspore.train.serialization.SLICE_SIZE", 1)
    mindspore.save_checkpoint(
        [{"name": "big", "data": mindspore.Parameter(mindspore.Tensor(tensor.numpy()), name="big")}],
        str(tmp_path / "y.ckpt"),
    )
    check(files.read(tmp_path / "y.ckpt").tensors, {"big": tensor})


def test_safetensors_of_mindspore_both_ways(tmp_path: Path) -> None:
    made = parameters()
    saved = [{"name": name, "data": parameter} for name, (parameter, _) in made.items()]
    mindspore.save_checkpoint(saved, str(tmp_path / "x.safetensors"), format="safetensors")
    found = files.read(tmp_path / "x.safetensors")
    assert found.framework == "mindspore"
    expected = {name: tensor for name, (_, tensor) in made.items()}
    check({name: found.tensors[name] for name in expected}, expected)
    every = items(expected, tmp_path)
    path = written(
        tmp_path / "y.safetensors", lambda out, opened: own_safetensors.write(out, every, "mindspore", opened, abs)
    )
    loaded = mindspore.load_checkpoint(str(path), format="safetensors")
    for name, tensor in expected.items():
        assert loaded[name].data.get_bytes() == data(tensor) and loaded[name].shape == tuple(tensor.shape)


def test_split_files(tmp_path: Path) -> None:
    one, other = {"a": torch.ones(2), "b": torch.zeros(3)}, {"c": torch.arange(4)}
    for suffix, save in (("bin", torch.save), ("safetensors", safetensors.torch.save_file)):
        save(one, tmp_path / f"m-1.{suffix}")
        save(other, tmp_path / f"m-2.{suffix}")
        places = {"a": f"m-1.{suffix}", "b": f"m-1.{suffix}", "c": f"m-2.{suffix}"}
        index = tmp_path / f"m.{suffix}.index.json"
        index.write_text(__import__("json").dumps({"metadata": {"total_size": 52}, "weight_map": places}))
        check(files.read(index).tensors, {**one, **other})


def test_training_checkpoints(tmp_path: Path) -> None:
    net = torch.nn.Linear(2, 3)
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    for name in ("state_dict", "model", "model_state_dict"):
        whole = {"epoch": 3, name: net.state_dict(), "optimizer": optimizer.state_dict(), "best": 0.5, "note": "ü"}
        torch.save(whole, tmp_path / "x.pt")
        found = files.read(tmp_path / "x.pt")
        assert (found.within, found.beside) == (name, ("epoch", "optimizer", "best", "note"))
        check(found.tensors, dict(net.state_dict()))


def test_the_same_weights_give_the_same_file(tmp_path: Path) -> None:
    every = items({"a": torch.ones(3)}, tmp_path)
    made = []
    for _ in range(2):
        out = BytesIO()
        with Files() as opened:
            torch_writer.write(out, every, opened, abs)
        made.append(out.getvalue())
    assert made[0] == made[1]
