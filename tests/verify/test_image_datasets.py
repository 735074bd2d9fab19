"""The data sets that conversions write read the same rows from the same files as torchvision's."""

from __future__ import annotations

import importlib.util
import pickle
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lsp_server.catalog.catalog import shipped
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target
from lsp_server.verify import companions

pytestmark = pytest.mark.frameworks
DRAW = np.random.RandomState(0)


@pytest.fixture(scope="module")
def written() -> ModuleType:
    path = Path(__file__).parents[2] / "mappings/definitions/mindspore/datasets.py"
    spec = importlib.util.spec_from_file_location("written_datasets", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def torchvision() -> Any:
    companions.prepare()
    from torchvision import datasets

    return datasets


def of_mnist(root: Path, name: str) -> None:
    raw = root / name / "raw"
    raw.mkdir(parents=True)
    for part, count in (("train", 6), ("t10k", 4)):
        images = DRAW.randint(0, 256, (count, 28, 28)).astype("u1")
        labels = DRAW.randint(0, 10, count).astype("u1")
        head = struct.pack(">4i", 2051, count, 28, 28)
        (raw / f"{part}-images-idx3-ubyte").write_bytes(head + images.tobytes())
        (raw / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 2049, count) + labels.tobytes())


def of_cifar(root: Path, folder: str, parts: tuple[str, ...], labels: str, meta: tuple[str, str]) -> None:
    (root / folder).mkdir(parents=True)
    for part in parts:
        rows = {"data": DRAW.randint(0, 256, (3, 3072)).astype("u1"), labels: DRAW.randint(0, 10, 3).tolist()}
        (root / folder / part).write_bytes(pickle.dumps(rows))
    (root / folder / meta[0]).write_bytes(pickle.dumps({meta[1]: [f"class {index}" for index in range(10)]}))


def same(ours: Any, theirs: Any) -> None:
    assert len(ours) == len(theirs) > 0
    for (image, target), (expected, label) in zip(ours, [theirs[index] for index in range(len(theirs))], strict=False):
        assert np.array_equal(np.asarray(image), np.asarray(expected))
        assert (type(target), target) == (type(label), label)


@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST", "KMNIST"])
def test_digits(tmp_path: Path, written: ModuleType, torchvision: Any, name: str) -> None:
    of_mnist(tmp_path, name)
    for train in (True, False):
        ours, theirs = (getattr(module, name)(tmp_path, train=train) for module in (written, torchvision))
        same(ours, theirs)
        assert np.array_equal(ours.data.asnumpy(), theirs.data.numpy())
        assert np.array_equal(ours.targets.asnumpy(), theirs.targets.numpy())


CIFAR = {
    "CIFAR10": (
        "cifar-10-batches-py",
        (*(f"data_batch_{index}" for index in range(1, 6)), "test_batch"),
        "labels",
        ("batches.meta", "label_names"),
    ),
    "CIFAR100": ("cifar-100-python", ("train", "test"), "fine_labels", ("meta", "fine_label_names")),
}


@pytest.mark.parametrize("name", CIFAR)
def test_small_pictures(
    tmp_path: Path, written: ModuleType, torchvision: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_cifar(tmp_path, *CIFAR[name])
    # torchvision compares the checksums of the published files before it reads; these are others
    monkeypatch.setattr(getattr(torchvision, name), "_check_integrity", lambda self: True)
    monkeypatch.setattr("torchvision.datasets.cifar.check_integrity", lambda path, md5=None: True)
    for train in (True, False):
        ours, theirs = (getattr(module, name)(str(tmp_path), train=train) for module in (written, torchvision))
        same(ours, theirs)
        assert np.array_equal(ours.data, theirs.data)
        assert (ours.targets, ours.classes, ours.class_to_idx) == (theirs.targets, theirs.classes, theirs.class_to_idx)


def test_folders_of_classes(tmp_path: Path, written: ModuleType, torchvision: Any) -> None:
    for path in ("dog/b.png", "dog/a.PNG", "cat/inner/c.jpg", "cat/notes.txt", "ant/d.bmp"):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.suffix == ".txt":
            place.write_text("no image")
        else:
            Image.fromarray(DRAW.randint(0, 256, (5, 4, 3)).astype("u1")).save(place)
    ours, theirs = (
        module.ImageFolder(str(tmp_path), transform=np.asarray, target_transform=float)
        for module in (written, torchvision)
    )
    same(ours, theirs)
    assert (ours.samples, ours.imgs, ours.targets) == (theirs.samples, theirs.imgs, theirs.targets)
    assert (ours.classes, ours.class_to_idx) == (theirs.classes, theirs.class_to_idx)
    (tmp_path / "empty").mkdir()
    for module in (written, torchvision):
        with pytest.raises(FileNotFoundError, match="empty"):
            module.ImageFolder(str(tmp_path))
        assert len(module.ImageFolder(str(tmp_path), allow_empty=True)) == len(ours)


def test_what_is_not_there_is_named(tmp_path: Path, written: ModuleType) -> None:
    for name, missing in (("MNIST", "train-images-idx3-ubyte"), ("CIFAR10", "data_batch_1"), ("CIFAR100", "train")):
        with pytest.raises(FileNotFoundError, match=missing):
            getattr(written, name)(tmp_path, download=True)


def test_a_conversion_writes_the_class_and_the_batches_of_its_rows() -> None:
    text = """\
import torch
from torchvision import datasets, transforms

data = datasets.FashionMNIST("data", train=False, transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(data, batch_size=4)
"""
    done = convert_source(text, shipped(), Target("mindspore", shipped().versions["mindspore"]))
    assert done.left == ()
    assert "torch" not in done.text.replace("torchvision reads", "")
    assert 'data = FashionMNIST("data", train=False, transform=' in done.text
    compile(done.text, "converted", "exec")
