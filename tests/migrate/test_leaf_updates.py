"""Parameters that MindSpore code writes to: torch raises where a leaf is changed in place, its data may be."""

from __future__ import annotations

import numpy as np
import pytest

from lsp_server.verify.frameworks import executed
from tests.support import converted_file

TEXT = """\
import mindspore
from mindspore import Parameter, nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scale = Parameter(ops.ones((3,)), name="scale")

    def construct(self, x):
        return x * self.scale


net, other = Net(), Net()
for mine, theirs in zip(net.get_parameters(), other.get_parameters()):
    mine.copy_(theirs * 0.5)
net.scale[0] = 3.0
net.scale += 1
other.scale.assign_value(mindspore.Tensor([1.0, 2.0, 3.0], mindspore.float32))
found = net.scale.asnumpy() + other.scale.asnumpy()
"""


def test_data_is_written_to() -> None:
    text = converted_file(TEXT, to="torch")
    for line in ("mine.data.copy_(", "net.scale.data[0] = 3.0", "net.scale.data += 1", "other.scale.data.copy_("):
        assert line in text
    assert "self.scale = nn.Parameter(torch.ones((3,)))" in text


@pytest.mark.frameworks
def test_both_have_the_same_numbers() -> None:
    expected = executed(TEXT, "original", {})["found"]
    assert np.array_equal(executed(converted_file(TEXT, to="torch"), "converted", {})["found"], expected)
