"""Loaders in torch, and the pipelines or loops that they become, batch by batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from lsp_server.verify.frameworks import executed
from tests.support import analyse

HEAD = """import numpy as np
import torch
from torch.utils.data import (BatchSampler, ConcatDataset, DataLoader, Dataset, IterableDataset, RandomSampler,
    SequentialSampler, Subset, SubsetRandomSampler, TensorDataset, WeightedRandomSampler, random_split)


class Pairs(Dataset):
    def __init__(self, count=10):
        self.x = torch.arange(count * 3).float().reshape(count, 3)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], index * 2


class Arrays(Dataset):
    def __len__(self):
        return 7

    def __getitem__(self, i):
        return np.full((2, 2), i, dtype=np.float32), i % 3, 0.5 * i


class Stream(IterableDataset):
    def __iter__(self):
        for i in range(5):
            yield np.arange(3) * i, i


x = torch.arange(14).reshape(7, 2)
y = torch.arange(7).float()
"""
ORDERED = {
    "map": "DataLoader(Pairs(), batch_size=4)",
    "arrays": "DataLoader(Arrays(), batch_size=3)",
    "drop_last": "DataLoader(Arrays(), 3, drop_last=True)",
    "one": "DataLoader(Arrays())",
    "workers": "DataLoader(Arrays(), 2, num_workers=2)",
    "stream": "DataLoader(Stream(), batch_size=2)",
    "tensors": "DataLoader(TensorDataset(x, y), batch_size=2)",
    "subset": "DataLoader(Subset(TensorDataset(x, y), [5, 0, 3]), batch_size=2)",
    "joined": "DataLoader(ConcatDataset([Pairs(2), Pairs(3)]), batch_size=2)",
    "sampler": "DataLoader(Pairs(), batch_size=2, sampler=[7, 1, 3])",
    "sequential": "DataLoader(Pairs(5), batch_size=2, sampler=SequentialSampler(range(5)))",
    "batches": "DataLoader(Pairs(5), batch_sampler=BatchSampler(SequentialSampler(range(5)), 2, True))",
    "collate": "DataLoader(Arrays(), 2, collate_fn=lambda rows: torch.tensor([row[1] for row in rows]))",
    "unpacked": 'DataLoader(Pairs(), **{"batch_size": 4, "drop_last": True})',
    "weighted": "DataLoader(Pairs(3), batch_size=2, sampler=WeightedRandomSampler([0.0, 1.0, 0.0], 5))",
}
SHUFFLED = {
    "map": "DataLoader(Pairs(), batch_size=4, shuffle=True)",
    "tensors": "DataLoader(TensorDataset(x, y), batch_size=2, shuffle=True)",
    "random": "DataLoader(Arrays(), batch_size=2, sampler=RandomSampler(range(7)))",
    "some": "DataLoader(Arrays(), batch_size=2, sampler=SubsetRandomSampler([4, 2, 6]))",
}
PIPELINES = {*ORDERED, *SHUFFLED} - {"collate", "unpacked"}

pytestmark = pytest.mark.frameworks


def batches(loader: str, name: str, epochs: int = 1, before: str = "") -> tuple[list[Any], list[Any], str]:
    """What both sides give in order, as arrays, and the converted text."""
    lines = f"{before}loader = {loader}\nfound = []\nfor epoch in range({epochs}):\n"
    text = f"{HEAD}{lines}    for batch in loader:\n        found.append(batch)\nsize = len(loader)\n"
    if loader.startswith("DataLoader(Stream"):
        text = text.replace("size = len(loader)\n", "")
    analysis = analyse(text, Path(f"{name}.py"))
    conversion = convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog))
    assert not conversion.left, [one.reason.text("en") for one in conversion.left]
    one, other = executed(text, f"torch_{name}", {}), executed(conversion.text, f"mindspore_{name}", {})
    assert one.get("size") == other.get("size")
    return [_plain(batch) for batch in one["found"]], [_plain(batch) for batch in other["found"]], conversion.text


def _plain(batch: Any) -> Any:
    if isinstance(batch, (list, tuple)):
        return [_plain(part) for part in batch]
    return batch.asnumpy() if hasattr(batch, "asnumpy") else np.asarray(batch)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(_equal, one, other))
    return one.dtype == other.dtype and one.shape == other.shape and bool((one == other).all())


@pytest.mark.parametrize("name", ORDERED)
def test_batches_are_equal(name: str) -> None:
    one, other, text = batches(ORDERED[name], name, epochs=2)
    assert one and _equal(one, other)
    assert ("loader = ds.GeneratorDataset(" in text) == (name in PIPELINES)


@pytest.mark.parametrize("name", SHUFFLED)
def test_shuffled_rows_are_the_same_rows(name: str) -> None:
    one, other, text = batches(SHUFFLED[name], name)
    assert _rows(one) == _rows(other)
    assert "loader = ds.GeneratorDataset(" in text


def test_every_epoch_of_a_seeded_program_has_an_order_of_its_own() -> None:
    loader = "DataLoader(rows, batch_size=10, shuffle=True)"
    one, other, text = batches(loader, "seeded", 3, "torch.manual_seed(0)\nrows = Pairs()\n")
    assert "RandomIndices(rows)" in text
    for found in (one, other):
        orders = {tuple(batch[1].tolist()) for batch in found}
        assert len(orders) == 3


def _rows(found: list[Any]) -> list[tuple[Any, ...]]:
    rows = [tuple(part[index].tolist() for part in batch) for batch in found for index in range(len(batch[0]))]
    return sorted(rows, key=repr)
