"""Data loaders as pipelines: which become one, how, and what their places of use need."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

ROWS = """import numpy as np
from torch.utils.data import DataLoader, Dataset


class Values(Dataset):
    def __init__(self):
        self.values = np.ones((4, 2))

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return self.values[i]{also}


"""
TUPLES = ROWS.format(also=", i")
SINGLES = ROWS.format(also="").replace("self.values[i]", "[1, 2, 3, 4][i]")


def converted(text: str) -> str:
    analysis = analyse(text)
    found = convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog))
    assert not found.left, [one.reason.text("en") for one in found.left]
    return found.text


def last(text: str, head: str = TUPLES) -> str:
    return converted(head + text).partition("\n\n\n")[2].partition("\n\n\n")[2]


@pytest.mark.parametrize(
    ("arguments", "pipeline"),
    [
        ("Values()", 'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=False).batch(1)'),
        ("Values(), 2, True", 'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=True).batch(2)'),
        (
            "Values(), shuffle=flag, batch_size=n, drop_last=True",
            'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=flag).batch(n, drop_remainder=True)',
        ),
        (
            "Values(), 2, sampler=[3, 1]",
            'ds.GeneratorDataset(Values(), ["values", "i"], sampler=[3, 1]).batch(2)',
        ),
        (
            "Values(), batch_sampler=[[3, 1], [0]]",
            'ds.GeneratorDataset(Values(), ["values", "i"], batch_sampler=[[3, 1], [0]])',
        ),
        (
            "Values(), 2, num_workers=4, pin_memory=True, persistent_workers=True",
            'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=False, num_parallel_workers=4).batch(2)',
        ),
        ("Values(), 2, num_workers=0", 'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=False).batch(2)'),
        (
            "Values(), 2, num_workers=n",
            'ds.GeneratorDataset(Values(), ["values", "i"], shuffle=False, num_parallel_workers=max(1, n)).batch(2)',
        ),
    ],
)
def test_arguments(arguments: str, pipeline: str) -> None:
    assert f"loader = {pipeline}\n" in last(f"loader = DataLoader({arguments})\n")


def test_a_data_set_needs_no_base() -> None:
    text = converted(TUPLES + "DataLoader(Values(), 2)\n")
    assert "class Values:\n" in text and "import mindspore.dataset as ds\n" in text and "torch" not in text


def test_a_base_that_is_named_elsewhere_stays_a_class() -> None:
    text = converted(TUPLES + "print(isinstance(Values(), Dataset))\n")
    assert "class Values(Rows):" in text and "isinstance(Values(), Rows)" in text and "class Rows:" in text


def test_other_bases_stay() -> None:
    head = "import torch\nimport torch.utils.data\n\n\nclass Named:\n    pass\n\n\n"
    for bases, left in [
        ("Named, torch.utils.data.Dataset", "(Named)"),
        ("torch.utils.data.Dataset[int], Named", "(Named)"),
    ]:
        text = converted(f"{head}class Values({bases}):\n    def __getitem__(self, i):\n        return i\n")
        assert f"class Values{left}:\n" in text


def test_tensors_are_indexed_with_numbers_of_python() -> None:
    head = "import torch\nfrom torch.utils.data import Dataset\n\n\nclass Values(Dataset):\n    def __init__(self):\n"
    text = converted(
        head + "        self.x = torch.ones(3, 2)\n\n    def __getitem__(self, i):\n        return self.x[i]\n"
    )
    assert "\n        i = int(i)  # pipelines give indices of NumPy\n        return self.x[i]\n" in text
    text = converted(head + "        self.x = [1, 2]\n\n    def __getitem__(self, i):\n        return self.x[i]\n")
    assert "int(i)" not in text


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("for x in loader:\n    print(x)\n", "for (x,) in loader:\n    print(x)\n"),
        ("for i, x in enumerate(loader):\n    print(x)\n", "for i, (x,) in enumerate(loader):\n    print(x)\n"),
        ("x = next(iter(loader))\n", "x = next(iter(loader))[0]\n"),
        ("xs = [print(x) for x in loader]\n", "xs = [print(x) for (x,) in loader]\n"),
        ("print(len(loader))\n", "print(len(loader))\n"),
    ],
)
def test_a_single_column_comes_in_a_list(use: str, expected: str) -> None:
    found = last(f"loader = DataLoader(Values(), 2)\n{use}", SINGLES)
    assert found.endswith(expected) and "GeneratorDataset" in found


def test_the_data_set_and_the_size_of_batches_are_read_from_the_pipeline() -> None:
    found = last("loader = DataLoader(Values(), 2)\nprint(len(loader.dataset), loader.batch_size)\n")
    assert "print(len(loader.children[0].source), loader.get_batch_size())\n" in found


def test_functions_of_the_file_may_take_a_loader() -> None:
    function = "def train(net, batches: DataLoader):\n    for x, y in batches:\n        net(x, y)\n"
    function += "    return len(batches.dataset)\n"
    text = converted(f"{TUPLES}{function}\n\nloader = DataLoader(Values(), 2)\ntrain(print, loader)\n")
    assert "def train(net, batches: ds.Dataset):\n" in text
    assert "    return len(batches.children[0].source)\n" in text


@pytest.mark.parametrize(
    "use",
    [
        "loader = DataLoader(Values(), 2)\nloader.sampler.set_epoch(1)\n",
        "loader = DataLoader(Values(), 2)\nsomething.fit(loader)\n",
        "loader = DataLoader(Values(), 2, collate_fn=list)\n",
        "loader = DataLoader(Values(), None)\n",
        "loader = DataLoader([1, 2, 3], 2)\n",
        "loader = DataLoader(Values(), 2)\nrest = {'a': loader}\n",
    ],
)
def test_other_loaders_are_made_in_the_program(use: str) -> None:
    found = converted(TUPLES + use)
    assert "loader = Batches(" in found and "GeneratorDataset(" not in found.partition("class Values")[2]


def test_a_seeded_program_draws_a_new_order_in_every_epoch() -> None:
    text = (
        "import torch\ntorch.manual_seed(0)\n"
        + TUPLES
        + "rows = Values()\nloader = DataLoader(rows, 2, shuffle=True)\n"
    )
    assert 'ds.GeneratorDataset(rows, ["values", "i"], sampler=RandomIndices(rows)).batch(2)' in converted(text)
    assert "Batches(Values(), 2, shuffle=True)" in converted(text.replace("DataLoader(rows", "DataLoader(Values()"))


def test_streams() -> None:
    head = "from torch.utils.data import DataLoader, IterableDataset\n\n\nclass Values(IterableDataset):\n"
    head += "    def __iter__(self):\n"
    text = converted(
        f"{head}        for i in range(3):\n            yield i, 2 * i\n\n\nloader = DataLoader(Values(), 2)\n"
    )
    assert 'loader = ds.GeneratorDataset(Values(), ["i", "column_1"]).batch(2)\n' in text
