"""Annotations: plain, in quotes, Optional, unions, containers, aliases, NamedTuple, of attributes and returns."""

from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

import torch
import torch.nn as nn
from torch import Tensor

Pair = Tuple[Tensor, Tensor]


class Output(NamedTuple):
    logits: Tensor
    hidden: Optional[Tensor] = None


class Holder:
    weight: Tensor
    layers: List[nn.Linear]

    def __init__(self, weight, layers):
        self.weight = weight
        self.layers = layers

    def use(self):
        return self.weight.sum() + self.layers[0].weight.sum()


def plain(x: Tensor, net: nn.Module) -> Tensor:
    return net(x.float()).relu()


def quoted(x: "torch.Tensor", net: "nn.Module") -> "Tensor":
    net.eval()
    return x.view(-1)


def optional(x: Optional[Tensor] = None, mask: "Optional[Tensor]" = None) -> Optional[Tensor]:
    if x is not None:
        x = x.abs()
    return x if mask is None else x.mul(mask)


def containers(xs: List[Tensor], named: Dict[str, Tensor], pair: Pair, some: Sequence[Tensor]) -> Pair:
    named["a"].sum(), [one.sum() for one in named.values()]
    return xs[0].sum() + pair[1].sum(), some[0].mean()


def either(x: Union[Tensor, None], function: Callable[[Tensor], Tensor]) -> Output:
    return Output(function(x).exp())


def size(x: Tensor) -> Tuple[int, torch.device, torch.dtype]:
    return x.dim(), x.device, x.dtype


x = torch.rand(2, 2)
plain(x, nn.Linear(2, 2)).sum()
quoted(x, nn.ReLU()).sum()
optional(x, x).sum()
containers([x], {"a": x}, (x, x), [x])[0].item()
out = either(x, torch.neg)
out.logits.sum(), out.hidden
Holder(x, [nn.Linear(2, 2)]).use().item()
dimensions, device, dtype = size(x)
device.type, dtype.itemsize
