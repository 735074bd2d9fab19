"""Cells that are appended to a list of the network keep their place in the names of their Parameters, which checkpoints
and optimizers go by."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.verify.frameworks import executed
from tests.support import converted_file

HEAD = "import torch\nfrom torch import nn\n\n\n"
BLOCK = """\
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleList()
        for _ in range(2):
            self.parts.append(nn.Linear(2, 2))  # grows


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([])
        self.others = nn.Sequential()
        self.fill()

    def fill(self):
        for _ in range(2):
            self.blocks.append(Block())
        self.others.append(nn.Linear(2, 2))
"""
FIXED = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.ModuleList([nn.Linear(2, 2)])
"""
LINE = "self.update_parameters_name()\n"


def test_the_line_ends_the_constructor_and_goes_on_the_way_back() -> None:
    there = converted_file(HEAD + BLOCK)
    assert f"# grows\n        {LINE}" in there
    assert f"self.fill()\n        {LINE}" in there
    back = converted_file(there, to="torch")
    assert back == f"from torch import nn\n\n\n{BLOCK}"


@pytest.mark.parametrize("text", [FIXED, "class Names(list):\n    def __init__(self):\n        self.append(1)\n"])
def test_lists_that_do_not_grow_and_classes_that_are_no_layers_need_nothing(text: str) -> None:
    assert LINE not in converted_file(HEAD + text)


@pytest.mark.frameworks
def test_the_names_are_those_of_torch(tmp_path: Path) -> None:
    listed = "names = [name for name, _ in Net().named_parameters()]\n"
    expected = executed(HEAD + BLOCK + "\n\n" + listed, "original", {})["names"]
    text = converted_file(HEAD + BLOCK, device="CPU") + (
        "\n\nimport mindspore\n\nnet = Net()\n"
        "names = [one.name for one in net.get_parameters()]\n"
        f"mindspore.save_checkpoint(net, {str(tmp_path / 'net.ckpt')!r})\n"
        f"kept = sorted(mindspore.load_checkpoint({str(tmp_path / 'net.ckpt')!r}))\n"
        "optimizer = mindspore.nn.SGD(net.trainable_params())\n"
    )
    found = executed(text, "converted", {})
    assert found["names"] == expected
    assert found["kept"] == sorted(expected)


def test_networks_of_one_optimizer_get_prefixes() -> None:
    text = (
        "a, b = nn.Linear(2, 2), nn.Linear(2, 2)\nc = nn.Sequential(nn.Linear(2, 2))\n"
        "optimizer = torch.optim.SGD([*a.parameters(), *b.parameters(), *c.parameters()], lr=0.1)\n"
    )
    there = converted_file(HEAD + text)
    assert '\nb.update_parameters_name("b.")\noptimizer = ' in there
    assert "c.update" not in there, "its names are others"
    assert "update_parameters_name" not in converted_file(there, to="torch")


def test_parts_of_one_network_have_prefixes_already() -> None:
    used = "\n\nnet = Net()\nopt = torch.optim.SGD([*net.blocks.parameters(), *net.others.parameters()], lr=0.1)\n"
    assert "update_parameters_name(" not in converted_file(HEAD + BLOCK + used).partition("net = ")[2]
