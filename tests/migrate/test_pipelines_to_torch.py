"""Pipelines of MindSpore: which become loaders, which a written pipeline, and which stay."""

from __future__ import annotations

import ast

import pytest

from lsp_server.migrate.files import Conversion, convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = """import mindspore
import mindspore.dataset as ds
from mindspore.dataset import transforms, vision


class Rows:
    def __getitem__(self, index):
        return index, index

    def __len__(self):
        return 8


"""


def converted(text: str, best_effort: bool = False) -> Conversion:
    analysis = analyse(HEAD + text)
    found = convert(analysis, Wishes(device="CPU").target("mindspore", analysis.catalog), best_effort)
    ast.parse(found.text)
    return found


def written(text: str) -> str:
    found = converted(text)
    assert not found.left, [one.reason.text("en") for one in found.left]
    again = analyse(found.text)
    assert convert(again, Wishes(device="CPU").target("mindspore", again.catalog)).text == found.text
    return found.text.partition("return 8\n")[2].strip()


@pytest.mark.parametrize(
    ("made", "loader"),
    [
        ("shuffle=False).batch(4)", "batch_size=4"),
        ("shuffle=True).batch(4)", "batch_size=4, shuffle=True"),
        ("num_parallel_workers=1).batch(4)", "batch_size=4, shuffle=True"),
        ("shuffle=mixed, num_parallel_workers=2).batch(4)", "batch_size=4, shuffle=mixed, num_workers=2"),
        ("shuffle=False).batch(4, drop_remainder=True)", "batch_size=4, drop_last=True"),
        ("sampler=order).batch(batch_size=size)", "batch_size=size, sampler=order"),
    ],
)
def test_a_source_in_batches_is_a_loader(made: str, loader: str) -> None:
    before = "rows = Rows()\nmixed, order, size = len(rows) > 2, [1, 0], 2\n"
    text = before + f'data = ds.GeneratorDataset(rows, ["a", "b"], {made}\n'
    assert written(text).endswith(f"data = DataLoader(rows, {loader})")


def test_a_source_may_have_a_name_of_its_own() -> None:
    text = 'data = ds.GeneratorDataset(Rows(), ["a", "b"], shuffle=False)\ndata = data.batch(4)  # small\n'
    assert written(text) == "data = Rows()\ndata = DataLoader(data, batch_size=4)  # small"


def test_what_reads_a_loader_changes_with_it() -> None:
    text = """data = ds.GeneratorDataset(Rows(), ["a", "b"]).batch(4)
print(data.get_dataset_size(), data.get_batch_size(), len(data.children[0].source))
for a, b in data.create_tuple_iterator(num_epochs=1):
    pass
for step, (a, b) in enumerate(data.create_tuple_iterator()):
    pass
"""
    assert written(text) == (
        """data = DataLoader(Rows(), batch_size=4, shuffle=True)
print(len(data), data.batch_size, len(data.dataset))
for a, b in data:
    pass
for step, (a, b) in enumerate(data):
    pass"""
    )


@pytest.mark.parametrize(
    "text",
    [
        'data = ds.GeneratorDataset(Rows(), ["a", "b"])\nfor a, b in data:\n    pass\n',
        'data = ds.GeneratorDataset(Rows(), ["a"]).batch(4)\n',
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).batch(4)\nnext(data.create_tuple_iterator())\n',
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).batch(4)\nfor row in data.create_dict_iterator():\n    pass\n',
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).repeat(2).batch(4)\n',
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).map(transforms.TypeCast(mindspore.int32), "b").batch(4)\n',
        'data = ds.GeneratorDataset(Rows(), ["a", "b"])\nprint(data)\ndata = data.batch(4)\n',
        'def rows():\n    yield 1, 2\n\n\ndata = ds.GeneratorDataset(rows, ["a", "b"]).batch(4)\n',
    ],
    ids=["no batches", "one column", "an iterator", "dictionaries", "repeated", "mapped", "passed on", "generator"],
)
def test_what_a_loader_does_not_do_is_a_written_pipeline(text: str) -> None:
    found = converted(text)
    assert not found.left
    assert "class Pipeline:" in found.text
    assert "data = Pipeline(" in found.text
    assert "DataLoader" not in found.text


REFUSED = {
    "another source": ('data = ds.MnistDataset("folder")\ndata = data.batch(4)\n', "MnistDataset"),
    "two sources": (
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).batch(4)\nother = ds.Cifar10Dataset("folder").batch(4)\n',
        "Cifar10Dataset",
    ),
    "zipped": (
        'data = ds.zip((ds.GeneratorDataset(Rows(), ["a", "b"]), ds.GeneratorDataset(Rows(), ["c", "d"])))\n',
        "mindspore.dataset.zip",
    ),
    "per_batch_map": (
        'data = ds.GeneratorDataset(Rows(), ["a", "b"]).batch(4, per_batch_map=lambda a, b, info: (a, b))\n',
        "mindspore.dataset.Dataset.batch",
    ),
    "padded": ('data = ds.GeneratorDataset(Rows(), ["a", "b"]).padded_batch(4)\n', "padded_batch"),
    "shards": ('data = ds.GeneratorDataset(Rows(), ["a", "b"], num_shards=2, shard_id=0).batch(4)\n', "`num_shards`"),
    "types": ('data = ds.GeneratorDataset(Rows(), ["a", "b"], [mindspore.int32]).batch(4)\n', "`column_types`"),
    "sampler": ('data = ds.GeneratorDataset(Rows(), ["a", "b"], sampler=ds.RandomSampler()).batch(4)\n', "`sampler`"),
    "no names": ("data = ds.GeneratorDataset(Rows()).batch(4)\n", "`column_names`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_stays_says_why(name: str) -> None:
    text, word = REFUSED[name]
    found = converted(text, best_effort=True)
    assert "DataLoader(" not in found.text
    assert "class Pipeline" not in found.text
    reasons = [one.reason for one in found.left]
    assert any(word in reason.text("en") for reason in reasons), [one.text("en") for one in reasons]
    assert all(one.text("zh-cn") != one.text("en") for one in reasons)


@pytest.mark.parametrize(
    "operation",
    [
        "vision.Resize(20, vision.Inter.BICUBIC)",
        "vision.RandomResizedCrop(20)",
        "vision.RandomColorAdjust(0.1)",
        "vision.RandomRotation(10)",
        "vision.Decode()",
        "transforms.OneHot(5, 0.1)",
    ],
)
def test_operations_that_differ_on_arrays_stay(operation: str) -> None:
    found = converted(f'data = ds.GeneratorDataset(Rows(), ["a", "b"]).map({operation}, "a").batch(4)\n')
    assert operation in found.text
    assert found.left


def test_in_a_row_of_torchvision_they_are_torchvisions() -> None:
    steps = "class Steps:\n    def __init__(self, transforms):\n        self.transforms = transforms\n\n\n"
    row = "prepare = Steps([vision.Resize(20, vision.Inter.BICUBIC), vision.RandomRotation(10), vision.ToTensor()])\n"
    found = converted(steps + row)
    assert [one.reason.code for one in found.left] in ([], ["TS315"])
    assert "Resize(20, tv.InterpolationMode.BICUBIC)" in found.text.replace("torchvision.transforms", "tv")
