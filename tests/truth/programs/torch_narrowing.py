"""isinstance, None, type(), hasattr; asserts; early returns; match."""

from typing import Any

import torch
from torch import nn


def describe(x):
    if isinstance(x, torch.Tensor):
        return x.numel()
    if isinstance(x, (list, tuple)):
        return [describe(one) for one in x]
    if not isinstance(x, nn.Module):
        return str(x).upper()
    return [one.shape for one in x.parameters()]


def convert(value: Any):
    assert isinstance(value, torch.Tensor)
    return value.detach().cpu().numpy()


def maybe(x: torch.Tensor | None = None):
    if x is None:
        x = torch.zeros(2)
    return x.sum()


def initialise(module):
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, (nn.BatchNorm2d, nn.GroupNorm)):
        nn.init.ones_(module.weight)
    elif type(module) is nn.Linear:
        module.weight.data.normal_(0, 0.01)


def select(x):
    match x:
        case torch.Tensor():
            return x.dim()
        case nn.Linear():
            return x.in_features
        case _:
            return None


describe([torch.ones(2), nn.Linear(1, 2), 3])
convert(torch.ones(2))
maybe(), maybe(torch.ones(2))
nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Linear(1, 1)).apply(initialise)
select(torch.ones(1)), select(nn.Linear(1, 1)), select(1)
