"""Operators of containers of layers on their way to MindSpore."""

from __future__ import annotations

import pytest

from lsp_server.migrate.files import Conversion, convert_source
from lsp_server.migrate.target import Wishes
from tests.support import analyse

HEAD = "from torch import nn\n\nseq = nn.Sequential(nn.ReLU())\nlayers = nn.ModuleList([nn.ReLU()])\n"


def converted(text: str) -> Conversion:
    catalog = analyse("").catalog
    return convert_source(HEAD + text, catalog, Wishes(device="CPU").target("torch", catalog))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seq += nn.Sequential(nn.Tanh(), nn.ReLU())\n", "seq.append(nn.Tanh())\nseq.append(nn.ReLU())\n"),
        ("seq += nn.Sequential(nn.Tanh())  # more\n", "seq.append(nn.Tanh())  # more\n"),
        ("seq += rest\n", "for layer in list(rest):\n    seq.append(layer)\n"),
        ("seq += make(3)\n", "for layer in make(3):\n    seq.append(layer)\n"),
        ("layer = 1\nseq += make(3)\n", "layer = 1\nfor layer_ in make(3):\n    seq.append(layer_)\n"),
        ("if layer:\n    seq += make(3)\n", "if layer:\n    for layer in make(3):\n        seq.append(layer)\n"),
        ("net = seq + nn.Sequential(nn.Tanh())\n", "net = nn.SequentialCell(*seq, *nn.SequentialCell(nn.Tanh()))\n"),
        ("layers += [nn.Tanh()]\n", "layers += [nn.Tanh()]\n"),
        ("layers += nn.ModuleList([nn.Tanh()])\n", "layers += list(nn.CellList([nn.Tanh()]))\n"),
        ("more = layers + nn.ModuleList([nn.Tanh()])\n", "more = nn.CellList([*layers, *nn.CellList([nn.Tanh()])])\n"),
        ("number = 1\nnumber += 2\n", "number = 1\nnumber += 2\n"),
    ],
)
def test_operators_are_said_otherwise(text: str, expected: str) -> None:
    found = converted(text)
    assert not found.left
    assert found.text.partition("layers = nn.CellList([nn.ReLU()])\n")[2] == expected


@pytest.mark.parametrize("text", ["seq *= 2\n", "net = seq * 2\n", "print([seq][0] * 3)\n"])
def test_what_repeats_layers_stays(text: str) -> None:
    found = converted(text)
    assert found.text.endswith(text)
    reason = next(one.reason for one in found.left)
    assert "MindSpore's containers have no such operator" in reason.text("en")
    assert reason.text("zh-cn") != reason.text("en")


def test_what_was_put_together_is_known() -> None:
    found = converted("seq += nn.Sequential(nn.Tanh())\nseq.insert(0, nn.ReLU())\nboth = seq + seq\nboth.pop(0)\n")
    assert not found.left
    assert "insert_cell(seq, 0, nn.ReLU())" in found.text
    assert "[both[0], both.__delitem__(0)][0]" in found.text
