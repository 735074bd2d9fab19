"""``clone`` keeps gradients, of Parameters too: ``Parameter.copy()`` of MindSpore lets none through."""

from __future__ import annotations

import numpy as np
import pytest

from lsp_server.verify.frameworks import executed
from tests.support import converted_file

TEXT = """\
import torch
from torch import nn


def masked(bias: torch.Tensor):
    bias = bias.clone()
    bias[0:1] = torch.zeros_like(bias[0:1])
    return bias


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor):
        y = x.clone()
        return (masked(self.bias) * y + self.bias.clone()).sum()
"""


def test_what_may_be_a_parameter_is_copied_with_its_gradient() -> None:
    text = converted_file(TEXT, device="CPU")
    assert "bias = ops.deepcopy(bias)" in text
    assert "ops.deepcopy(self.bias)" in text
    assert "y = x.copy()" in text


@pytest.mark.frameworks
def test_the_gradient_is_that_of_torch() -> None:
    program = f"{TEXT}\n\nnet = Net()\nnet(torch.tensor([1.0, 2.0, 3.0])).backward()\nfound = net.bias.grad\n"
    expected = executed(program, "original", {})["found"].numpy()
    text = converted_file(TEXT, device="CPU") + (
        "\n\nimport mindspore\n\nnet = Net()\nx = mindspore.Tensor([1.0, 2.0, 3.0])\n"
        "found = mindspore.value_and_grad(lambda: net(x), None, net.trainable_params())()[1][0]\n"
    )
    assert np.array_equal(executed(text, "converted", {})["found"].asnumpy(), expected)
