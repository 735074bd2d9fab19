"""User functions: returns, defaults, call sites, recursion, lambda, partial, aliases, decorators, closures, generators."""

import functools
from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F


def make(size):
    return torch.zeros(size)


def both(size=3, scale=torch.ones(3)):
    return make(size), scale.mul(2)


def use(x, factor=2):
    return x.mul(factor).sum()


def several(flag):
    if flag:
        return torch.zeros(1)
    x = torch.ones(2)
    return x.unsqueeze(0)


def recursive(x, depth):
    return x.sum() if depth == 0 else recursive(x.abs(), depth - 1)


def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)

    return inner


@torch.no_grad()
def frozen(net, x):
    return net(x)


@logged
def decorated(x):
    return x.exp()


def generator():
    for index in range(2):
        yield torch.full((2,), float(index))


def outer(x):
    scale = x.max()

    def inner(y):
        return y.div(scale.item() + 1)

    return inner(x).sum()


act = F.relu
act(torch.ones(2)).sum()
norm = partial(nn.LayerNorm, eps=1e-6)
norm(3).weight.shape
dropout = functools.partial(F.dropout, p=0.1)
dropout(torch.ones(3)).sum()
square = lambda x: x * x
square(torch.ones(2)).sum()
make(3).view(-1).add(1)
zeros, scale = both()
zeros.sum(), scale.sum()
use(torch.ones(3)).item()
several(True).squeeze()
recursive(torch.ones(2), 2).item()
frozen(nn.Linear(2, 2), torch.ones(1, 2)).mean()
decorated(torch.ones(1)).item()
for one in generator():
    one.sum()
outer(torch.rand(3)).item()
for name, function in {"relu": F.relu, "gelu": F.gelu}.items():
    function(torch.ones(2)).sum()
list(map(torch.sum, [torch.ones(2)]))[0].item()
sorted([torch.ones(1), torch.zeros(1)], key=lambda one: one.item())[0].item()
getattr(torch, "sigmoid")(torch.ones(1)).item()
getattr(torch.ones(1), "data").item()
max(torch.ones(2), key=lambda one: one.item()).item()
