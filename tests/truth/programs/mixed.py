"""Both frameworks in one file."""

import mindspore as ms
import torch
from mindspore import nn as msnn
from torch import nn


def to_mindspore(x: torch.Tensor) -> ms.Tensor:
    return ms.Tensor(x.detach().cpu().numpy())


def load(layer: nn.Linear, cell: msnn.Dense):
    cell.weight.set_data(to_mindspore(layer.weight))
    cell.bias.set_data(to_mindspore(layer.bias.data))
    for (name, parameter), other in zip(layer.named_parameters(), cell.get_parameters()):
        assert tuple(parameter.shape) == other.shape, name


x = torch.rand(2, 3)
y = to_mindspore(x)
x.view(6).sum().item(), y.view(6).sum().asnumpy()
layer, cell = nn.Linear(3, 2), msnn.Dense(3, 2)
load(layer, cell)
layer(x).exp(), cell(y).exp()
Tensor = ms.Tensor if y is not None else torch.Tensor
both = {"torch": x, "mindspore": y}
