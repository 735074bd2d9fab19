"""Layers that library layers are made of go by the names of the other framework; what that does not have is said."""

from __future__ import annotations

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse, converted_file

NORM = """\
from mindspore import nn

norm = nn.BatchNorm3d(3)
print(norm.bn2d.gamma.shape, norm.bn2d.moving_mean)
"""
ENCODER = """\
from torch import nn

layer = nn.TransformerEncoderLayer(8, 2)
print(layer.linear1.weight, layer.norm1.weight, layer.linear2)
"""


def test_the_state_of_an_inner_layer_is_that_of_the_layer() -> None:
    assert "print(norm.weight.shape, norm.running_mean)" in converted_file(NORM, to="torch")


def test_a_subclass_has_the_inner_layer_too() -> None:
    text = (
        "from mindspore import nn\n\n"
        "class Norm(nn.BatchNorm3d):\n    def construct(self, x):\n        return x * self.bn2d.gamma\n"
    )
    assert "return x * self.weight" in converted_file(text, to="torch")


def test_an_inner_layer_takes_its_name_there_and_back() -> None:
    there = converted_file(ENCODER)
    assert "print(layer.dense1.weight, layer.norm1.gamma, layer.dense2)" in there
    assert "print(layer.linear1.weight, layer.norm1.weight, layer.linear2)" in converted_file(there, to="torch")


def test_an_inner_layer_that_the_other_framework_does_not_have_is_left_with_the_reason() -> None:
    analysis = analyse(NORM + "norm.bn2d.set_train(False)\n")
    found = convert(analysis, Wishes().target("mindspore", analysis.catalog))
    assert [one.symbol for one in found.left] == ["mindspore.nn.BatchNorm3d.bn2d"]
    assert "keeps no such value" in found.left[0].reason.text("en")
