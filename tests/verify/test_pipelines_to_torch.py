"""Pipelines of MindSpore, and the loaders or written pipelines that they become in torch, batch by batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.verify import companions
from lsp_server.verify.frameworks import executed
from tests.support import analyse

HEAD = """import mindspore
import mindspore.dataset as ds
import numpy as np
from mindspore.dataset import transforms, vision


class Pairs:
    def __init__(self, count=10):
        self.x = np.arange(count * 3, dtype=np.float32).reshape(count, 3)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], int(index) * 2, 0.5 * int(index)


class Single:
    def __len__(self):
        return 5

    def __getitem__(self, index):
        return np.full((2, 2), index, dtype=np.float32)


class Stream:
    def __iter__(self):
        return iter([(np.arange(3) * i, i) for i in range(5)])


class Pictures:
    def __len__(self):
        return 6

    def __getitem__(self, index):
        return (np.arange(20 * 30 * 3) * (int(index) + 5) % 251).astype(np.uint8).reshape(20, 30, 3), int(index)


def rows():
    for i in range(7):
        yield np.full(2, i, np.float32), i


def both(a, b):
    return a + 1, b * 2.0


"""
PAIRS = """def pairs():
    return ds.GeneratorDataset(Pairs(), ["x", "y", "z"], shuffle=False)


"""
LOADERS = {
    "batches": 'ds.GeneratorDataset(Pairs(), ["x", "y", "z"], shuffle=False).batch(4)',
    "dropped": 'ds.GeneratorDataset(Pairs(), column_names=["x", "y", "z"], shuffle=False).batch(4, True)',
    "sampled": 'ds.GeneratorDataset(Pairs(), ["x", "y", "z"], sampler=[7, 1, 3]).batch(batch_size=2)',
}
PIPELINES = {
    "one column": 'ds.GeneratorDataset(Single(), ["x"], shuffle=False).batch(2)',
    "no batches": 'ds.GeneratorDataset(Pairs(3), ["x", "y", "z"], shuffle=False)',
    "generator": 'ds.GeneratorDataset(rows, ["x", "y"]).batch(3)',
    "stream": 'ds.GeneratorDataset(Stream(), ["x", "y"]).batch(2, drop_remainder=True)',
    "some": 'ds.GeneratorDataset(Pairs(), ["x", "y", "z"], num_samples=5, shuffle=False).batch(2)',
    "map": 'pairs().map(lambda y: y + 1, "y").batch(3)',
    "map of two": 'pairs().map(both, ["y", "z"], ["a", "b"]).batch(4)',
    "two into one": 'pairs().map(lambda y, z: y + z, ["y", "z"], ["sum"]).batch(4)',
    "one into two": 'pairs().map([lambda y: y * 2, lambda y: (y, y + 1)], ["y"], ["a", "b"]).batch(4)',
    "first column": "pairs().map(lambda x: x.sum()).batch(4)",
    "repeat, batch": "pairs().repeat(2).batch(4)",
    "batch, repeat": "pairs().batch(4).repeat(3)",
    "batch, map": 'pairs().batch(4).map(lambda x: x * 2, "x")',
    "take and skip": "pairs().skip(2).take(5).batch(2)",
    "filter": 'pairs().filter(lambda y: y > 6, "y").batch(2)',
    "project": 'pairs().project(["z", "x"]).batch(4)',
    "rename": 'pairs().rename("x", "data").batch(4)',
    "slices": 'ds.NumpySlicesDataset((np.arange(8.0), np.arange(8)), ["a", "b"], shuffle=False).batch(3)',
    "casts": 'pairs().map(transforms.TypeCast(mindspore.int32), "y").map(transforms.OneHot(20), "y").batch(4)',
    "pixels": """ds.GeneratorDataset(Pictures(), ["image", "label"], shuffle=False).map(
    [vision.Resize(24), vision.CenterCrop((19, 21)), vision.Rescale(1 / 255.0, 0.0), vision.Normalize([0.1], [0.3]),
     vision.HWC2CHW()], input_columns=["image"]).batch(4)""",
    "composed": """ds.GeneratorDataset(Pictures(), ["image", "label"], shuffle=False).map(
    transforms.Compose([vision.Pad(2), vision.RandomCrop((24, 34)), vision.RandomVerticalFlip(1.0), vision.ToTensor(),
                        vision.Normalize((0.5, 0.4, 0.3), (0.3, 0.2, 0.1), is_hwc=False)]), "image").batch(4)""",
}
LOOPS = {
    "itself": "for batch in data:",
    "tuples": "for batch in data.create_tuple_iterator(num_epochs=1):",
    "numbered": "for number, batch in enumerate(data.create_tuple_iterator()):",
    "dictionaries": "for batch in data.create_dict_iterator(num_epochs=1):",
    "arrays": "for batch in data.create_dict_iterator(num_epochs=1, output_numpy=True):",
}

pytestmark = pytest.mark.frameworks


def both_sides(pipeline: str, loop: str = "for batch in data:") -> tuple[list[Any], list[Any], str]:
    """What both sides give in order in two epochs, as arrays, and the converted text."""
    head = HEAD + PAIRS if "pairs()" in pipeline else HEAD
    text = f"{head}data = {pipeline}\nfound = []\nfor epoch in range(2):\n    {loop}\n        found.append(batch)\n"
    text += "size = data.get_dataset_size()\n"
    analysis = analyse(text, Path("pipeline.py"))
    conversion = convert(analysis, Wishes(device="CPU").target("mindspore", analysis.catalog), best_effort=True)
    assert not conversion.left, [one.reason.text("en") for one in conversion.left]
    assert "mindspore" not in conversion.text
    companions.prepare()
    one, other = executed(text, "of_mindspore", {}), executed(conversion.text, "of_torch", {})
    assert one["size"] == other["size"]
    return _plain(one["found"]), _plain(other["found"]), conversion.text


def _plain(batch: Any) -> Any:
    if isinstance(batch, dict):
        return {name: _plain(part) for name, part in batch.items()}
    if isinstance(batch, (list, tuple)):
        return [_plain(part) for part in batch]
    return batch.asnumpy() if hasattr(batch, "asnumpy") else np.asarray(batch)


def _check(one: Any, other: Any) -> None:
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        _check(list(one.values()), list(other.values()))
    elif isinstance(one, list):
        assert len(one) == len(other)
        for part, counterpart in zip(one, other, strict=True):
            _check(part, counterpart)
    else:
        assert (one.dtype, one.shape) == (other.dtype, other.shape)
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", LOADERS)
def test_batches_of_loaders_are_equal(name: str) -> None:
    one, other, text = both_sides(LOADERS[name])
    assert len(one) > 2
    _check(one, other)
    assert "data = DataLoader(Pairs()" in text


@pytest.mark.parametrize("name", PIPELINES)
def test_batches_of_written_pipelines_are_equal(name: str) -> None:
    one, other, text = both_sides(PIPELINES[name])
    assert len(one) > 2
    _check(one, other)
    assert "class Pipeline:" in text


@pytest.mark.parametrize("name", LOOPS)
def test_every_way_to_read_them_gives_the_same(name: str) -> None:
    one, other, _ = both_sides('ds.GeneratorDataset(Pairs(), ["x", "y", "z"], shuffle=False).batch(4)', LOOPS[name])
    _check(one, other)


@pytest.mark.parametrize(
    "pipeline",
    ['ds.GeneratorDataset(Pairs(), ["x", "y", "z"]).batch(4)', "pairs().shuffle(4).batch(4)"],
    ids=["source", "buffer"],
)
def test_shuffled_rows_are_the_same_rows(pipeline: str) -> None:
    one, other, _ = both_sides(pipeline)
    for found in (one, other):
        first, second = _rows(found[:3]), _rows(found[3:])
        assert sorted(first) == sorted(second) == [2 * number for number in range(10)]
        assert first != sorted(first) or second != sorted(second)


def _rows(batches: list[Any]) -> list[int]:
    return [int(number) for batch in batches for number in batch[1]]
