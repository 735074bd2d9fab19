"""``torchspore weights``: what is refused, what is reported, and which code it ends with. Needs no framework."""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from lsp_server.weights import files
from lsp_server.weights.tensors import Files, chunks

from . import support
from .test_hostile import checkpoint, safetensors

NET = (
    "class Net(nn.Module):\n    def __init__(self, out=3, extra=False):\n        super().__init__()\n"
    "        self.a = nn.Linear(2, out)\n        self.n = nn.BatchNorm1d(out)\n"
    "        if extra:\n            self.register_buffer('mask', torch.zeros(2))\n"
    "        self.register_buffer('cache', torch.zeros(2), persistent=False)\n"
)
Values = dict[str, tuple[tuple[int, ...], str, bytes]]
TYPES = {"F32": ("f", b"Float32"), "F16": ("e", b"Float16"), "I64": ("q", b"Int64"), "I32": ("i", b"Int32")}


def value(shape: tuple[int, ...], kind: str = "F32", start: int = 1) -> tuple[tuple[int, ...], str, bytes]:
    count = 1
    for size in shape:
        count *= size
    numbers = [start + number for number in range(count)]
    return shape, kind, struct.pack(f"<{count}{TYPES[kind][0]}", *numbers)


TORCH: Values = {
    "a.weight": value((3, 2)),
    "a.bias": value((3,)),
    "n.weight": value((3,)),
    "n.bias": value((3,)),
    "n.running_mean": value((3,)),
    "n.running_var": value((3,)),
    "n.num_batches_tracked": value((), "I64", 7),
}
CELL: Values = {
    "a.weight": value((3, 2)),
    "a.bias": value((3,)),
    "n.gamma": value((3,)),
    "n.beta": value((3,)),
    "n.moving_mean": value((3,)),
    "n.moving_variance": value((3,)),
}


def save(path: Path, values: Values, mark: str = "") -> Path:
    if path.suffix == ".ckpt":
        messages = [(name.encode(), TYPES[kind][1], shape, data) for name, (shape, kind, data) in values.items()]
        path.write_bytes(checkpoint(*messages))
        return path
    header: dict[str, Any] = {"__metadata__": {"format": mark}} if mark else {}
    whole = b""
    for name, (shape, kind, data) in values.items():
        offsets = [len(whole), len(whole) + len(data)]
        header[name] = {"dtype": kind, "shape": list(shape), "data_offsets": offsets}
        whole += data
    path.write_bytes(safetensors(header, whole))
    return path


def load(path: Path) -> Values:
    found: Values = {}
    with Files() as opened:
        for name, stored in files.read(path).tensors.items():
            found[name] = stored.shape, stored.dtype.safetensors, b"".join(map(bytes, chunks(stored, opened)))
    return found


@pytest.fixture
def model(tmp_path: Path) -> str:
    return f"{support.module_file(tmp_path, NET)}:Net()"


def test_to_mindspore_and_back(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", model)
    assert said.splitlines() == [
        f"{tmp_path}/net.ckpt: 6 tensors, 84 B written for MindSpore",
        "dropped 1: n.num_batches_tracked: it counts training batches, which MindSpore does not",
    ]
    assert load(tmp_path / "net.ckpt") == CELL
    said = support.done(tmp_path / "net.ckpt", "-o", tmp_path / "back.pth", "--model", model)
    assert said.splitlines()[1:] == [
        "filled 1: n.num_batches_tracked: 0, because the source does not count training batches"
    ]
    assert load(tmp_path / "back.pth") == TORCH | {"n.num_batches_tracked": ((), "I64", bytes(8))}


def test_in_chinese(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    done = support.weights(source, "-o", tmp_path / "net.ckpt", "--model", model, language="zh_CN.UTF-8")
    assert "已为 MindSpore 写入 6 个张量" in done.stderr and "丢弃 1 个：n.num_batches_tracked" in done.stderr
    done = support.weights("--help", language="zh_CN.UTF-8")
    assert "按模型的名称与形状" in done.stdout


def test_the_names_tell_what_the_file_does_not(model: str, tmp_path: Path) -> None:
    """A safetensors file without a mark."""
    for values, expected in ((TORCH, CELL), (CELL, TORCH | {"n.num_batches_tracked": ((), "I64", bytes(8))})):
        source = save(tmp_path / "net.safetensors", values)
        support.done(source, "-o", tmp_path / "out.safetensors", "--model", model)
        assert load(tmp_path / "out.safetensors") == expected


def test_the_same_framework_is_another_format(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    support.done(source, "-o", tmp_path / "net.pth", "--model", model)
    assert load(tmp_path / "net.pth") == TORCH


def test_layers_of_mint_keep_the_names_of_torch(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    support.done(source, "-o", tmp_path / "net.ckpt", "--model", model, "--device", "Ascend")
    assert load(tmp_path / "net.ckpt") == TORCH
    support.done(tmp_path / "net.ckpt", "-o", tmp_path / "net.pth", "--model", model)
    assert load(tmp_path / "net.pth") == TORCH


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "_orig_mod.module.", "module._orig_mod.", "model."])
def test_wrappers(prefix: str, model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", {prefix + name: one for name, one in TORCH.items()}, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", model)
    assert "left out of the names" in said
    assert load(tmp_path / "net.ckpt") == CELL


def test_a_compiled_part(model: str, tmp_path: Path) -> None:
    values = {name.replace("n.", "n._orig_mod."): one for name, one in TORCH.items()}
    support.done(save(tmp_path / "x.safetensors", values, "pt"), "-o", tmp_path / "net.ckpt", "--model", model)
    assert load(tmp_path / "net.ckpt") == CELL


def test_what_the_model_does_not_have_is_left(model: str, tmp_path: Path) -> None:
    values = TORCH | {"head.weight": value((2,)), "cache": value((2,))}
    source = save(tmp_path / "net.safetensors", values, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", model, code=1)
    assert f"left 1: head.weight: in {source}, but not in {model}" in said
    assert "dropped 1: cache: a buffer that the model does not save (persistent=False)" in said
    assert load(tmp_path / "net.ckpt") == CELL


def test_a_counter_that_old_files_do_not_have(model: str, tmp_path: Path) -> None:
    values = {name: one for name, one in TORCH.items() if not name.endswith("tracked")}
    said = support.done(save(tmp_path / "x.safetensors", values, "pt"), "-o", tmp_path / "x.pth", "--model", model)
    assert "filled 1: n.num_batches_tracked" in said


def test_a_constant_that_is_none(tmp_path: Path) -> None:
    """A norm without weights has ones in MindSpore; anything else comes from another model."""
    path = support.module_file(
        tmp_path,
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.n = nn.BatchNorm1d(1, affine=False)\n",
    )
    values = {name: value((1,)) for name in ("n.gamma", "n.moving_mean", "n.moving_variance")}
    arguments = ["-o", tmp_path / "net.pth", "--model", f"{path}:Net()"]
    source = save(tmp_path / "net.ckpt", values | {"n.beta": value((1,), start=0)})
    assert "dropped 2: n.gamma, n.beta: a constant that PyTorch does not keep" in support.done(source, *arguments)
    save(source, values | {"n.beta": value((1,), start=5)})
    said = support.done(source, *arguments, code=1)
    assert "left 1: n.beta: with this model it is the constant 0" in said
    support.done(tmp_path / "net.pth", "-o", tmp_path / "back.ckpt", "--model", f"{path}:Net()")
    assert load(tmp_path / "back.ckpt") == values | {"n.beta": value((1,), start=0)}


def test_registered_buffers_need_another_way_of_loading(tmp_path: Path) -> None:
    path = support.module_file(tmp_path, NET)
    source = save(tmp_path / "net.safetensors", TORCH | {"mask": value((2,))}, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", f"{path}:Net(3, True)")
    assert f"net.load_state_dict(mindspore.load_checkpoint({tmp_path}/net.ckpt))" in said
    back = support.done(
        save(tmp_path / "y.ckpt", CELL), "-o", tmp_path / "y.pth", "--model", f"{path}:Net(3, True)", code=2
    )
    assert "1 buffers missing (mask; save_checkpoint(net) leaves them out: save net.state_dict())" in back


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"a.bias": None}, "1 missing (a.bias)"),
        ({"a.weight": value((2, 3))}, "1 of another shape (a.weight is 2×3, the model has 3×2)"),
        ({"a.bias": value((3, 1))}, "1 of another shape (a.bias is 3×1, the model has 3)"),
        ({"a.bias": value((3,), "I64")}, "1 of another type (a.bias is int64, the model has float32)"),
        ({"n.num_batches_tracked": value((1,), "I64")}, ""),
        (
            {"a.bias": None, "n.bias": value((4,))},
            "1 missing (a.bias); 1 of another shape (n.bias is 4, the model has 3)",
        ),
    ],
    ids=["missing", "transposed", "one more dimension", "type", "a counter is dropped", "two"],
)
def test_what_does_not_fit(change: dict[str, Any], says: str, model: str, tmp_path: Path) -> None:
    values = {name: one for name, one in (TORCH | change).items() if one is not None}
    source = save(tmp_path / "net.safetensors", values, "pt")
    before = set(tmp_path.iterdir())
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", model, code=2 if says else 0)
    if says:
        assert f"does not fit {model}: {says}; nothing was written" in said
        assert len(said.splitlines()) == 1 and set(tmp_path.iterdir()) == before


def test_another_precision_is_kept(model: str, tmp_path: Path) -> None:
    values = TORCH | {"a.weight": value((3, 2), "F16"), "n.num_batches_tracked": value((), "I32")}
    source = save(tmp_path / "net.safetensors", values, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", model)
    assert "1: a.weight: kept as float16; the model has float32" in said
    assert load(tmp_path / "net.ckpt")["a.weight"] == value((3, 2), "F16")


def test_a_model_that_cannot_be_worked_out(tmp_path: Path) -> None:
    path = support.module_file(
        tmp_path,
        "class Net(nn.Module):\n    def __init__(self, n):\n        super().__init__()\n"
        "        self.a = nn.Linear(2, n)\n        if unknown():\n            self.b = nn.Linear(2, 2)\n",
    )
    values = {name: one for name, one in TORCH.items() if name.startswith("a.")}
    source = save(tmp_path / "net.safetensors", values, "pt")
    support.done(source, "-o", tmp_path / "net.ckpt", "--model", f"{path}:Net(3)")
    save(source, values | {"b.weight": value((2, 2))}, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", f"{path}:Net(3)", code=2)
    assert "not all of it could be worked out (b.weight)" in said
    save(source, values, "pt")
    said = support.done(source, "-o", tmp_path / "net.ckpt", "--model", f"{path}:Net", code=2)
    assert "the shapes of" in said and "--model net.py:Net(10)" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["SRC", "-o", "DIR/net.onnx", "--model", "MODEL"], "end its name in .ckpt"),
        (["SRC", "-o", "DIR/net.pth", "--model", "MODEL", "--to", "mindspore"], "for MindSpore write .ckpt or"),
        (["SRC", "-o", "DIR/net.ckpt", "--model", "MODEL", "--to", "torch"], "for PyTorch write .pth or"),
        (["SRC", "-o", "DIR/net.pth", "--model", "MODEL", "--crc"], "--crc is for .ckpt only"),
        (["SRC", "-o", "SRC", "--model", "MODEL"], "is the source"),
        (["SRC", "-o", "DIR/no/net.ckpt", "--model", "MODEL"], "cannot be written"),
        (["DIR/none.pth", "-o", "DIR/net.ckpt", "--model", "MODEL"], "no such file"),
        (["DIR", "-o", "DIR/net.ckpt", "--model", "MODEL"], "is a folder"),
        (["SRC", "-o", "DIR/net.ckpt", "--model", "DIR/net.py"], "--model wants FILE:EXPR"),
        (["SRC", "-o", "DIR/net.ckpt", "--model", "DIR/net.py:Nothing()"], "no module class or function"),
        (["SRC", "-o", "DIR/net.ckpt", "--model", "DIR/none.py:Net()"], "no such file"),
    ],
)
def test_one_line_says_why(arguments: list[str], says: str, model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    before = set(tmp_path.iterdir())
    places = {"SRC": source, "DIR": tmp_path, "MODEL": model}
    for name, place in places.items():
        arguments = [one.replace(name, str(place)) for one in arguments]
    said = support.done(*arguments, code=2)
    assert says in said and len(said.splitlines()) == 1
    assert set(tmp_path.iterdir()) == before


def test_without_the_frameworks(model: str, tmp_path: Path) -> None:
    blocker = tmp_path / "site"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(
        "import sys\n\n\nclass Blocker:\n    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] in ('torch', 'mindspore', 'numpy', 'safetensors', 'google'):\n"
        "            raise ImportError(name)\n\n\nsys.meta_path.insert(0, Blocker())\n"
    )
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    command = [sys.executable, "-m", "lsp_server", "weights", source, "-o", tmp_path / "net.ckpt", "--model", model]
    environment = {**os.environ, "PYTHONPATH": str(blocker), "LC_ALL": "C"}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert load(tmp_path / "net.ckpt") == CELL


def test_the_checksum(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    support.done(source, "-o", tmp_path / "net.ckpt", "--model", model, "--crc")
    data = (tmp_path / "net.ckpt").read_bytes()
    assert data[-17:-10] == b"crc_num" and load(tmp_path / "net.ckpt") == CELL
    (tmp_path / "net.ckpt").write_bytes(data.replace(b"a.bias", b"b.bias"))
    said = support.done(tmp_path / "net.ckpt", "-o", tmp_path / "x.pth", "--model", model, code=2)
    assert "its checksum does not fit" in said


def test_an_existing_file_keeps_its_permissions_until_the_end(model: str, tmp_path: Path) -> None:
    source = save(tmp_path / "net.safetensors", TORCH, "pt")
    target = tmp_path / "net.ckpt"
    target.write_bytes(b"old")
    target.chmod(0o600)
    save(source, TORCH | {"a.bias": value((4,))}, "pt")
    support.done(source, "-o", target, "--model", model, code=2)
    assert target.read_bytes() == b"old"
    save(source, TORCH, "pt")
    support.done(source, "-o", target, "--model", model)
    assert load(target) == CELL and target.stat().st_mode & 0o777 == 0o600


BIG = "class Big(nn.Module):\n    def __init__(self):\n        super().__init__()\n" + "".join(
    f"        self.p{number} = nn.Parameter(torch.zeros(40, 1 << 20))\n" for number in range(2)
)
MEGABYTE = 1 << 20


def big(path: Path) -> Path:
    """Two tensors of 160 MB, without 320 MB on the disk."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    size = 40 * 4 * MEGABYTE
    for number in range(2):
        header[f"p{number}"] = {
            "dtype": "F32",
            "shape": [40, MEGABYTE],
            "data_offsets": [number * size, (number + 1) * size],
        }
    text = json.dumps(header).encode()
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + 2 * size)
    return path


@pytest.mark.parametrize("suffix", ["ckpt", "safetensors", "pth"])
def test_memory_does_not_grow_with_the_file(suffix: str, tmp_path: Path) -> None:
    model = f"{support.module_file(tmp_path, BIG)}:Big()"
    source = big(tmp_path / "source.safetensors")
    target = tmp_path / f"target.{suffix}"
    to = "torch" if suffix == "pth" else "mindspore"
    program = (  # the peak since the program started: getrusage knows that of whoever forked it as well
        "import re, sys\nfrom pathlib import Path\nfrom lsp_server.__main__ import main\nsys.argv[0] = 'torchspore'\n"
        "try:\n    main()\nfinally:\n"
        "    print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    arguments = ["weights", source, "-o", target, "--model", model, "--to", to]
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size > 320 * MEGABYTE
    assert int(done.stdout) < 100 * 1024  # kilobytes: the catalog and the evaluator take most of it


def test_a_full_disk(tmp_path: Path) -> None:
    model = f"{support.module_file(tmp_path, BIG)}:Big()"
    source = big(tmp_path / "source.safetensors")
    before = set(tmp_path.iterdir())
    limit = 10 * MEGABYTE
    done = support.weights(
        source, "-o", tmp_path / "target.ckpt", "--model", model,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert done.returncode == 2 and "cannot be written (File too large)" in done.stderr
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interruption_leaves_nothing(name: str, tmp_path: Path) -> None:
    model = f"{support.module_file(tmp_path, BIG)}:Big()"
    source = big(tmp_path / "source.safetensors")
    before = set(tmp_path.iterdir())
    command = [sys.executable, "-m", "lsp_server", "weights", source, "-o", tmp_path / "target.ckpt", "--model", model]
    process = subprocess.Popen(list(map(str, command)), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not support.leftovers(tmp_path) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    process.send_signal(getattr(signal, name))
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0 and "Traceback" not in said
    assert set(tmp_path.iterdir()) == before
