"""Which parameters optimizers are given, against the optimizers that the same programs really make."""

from __future__ import annotations

from typing import Any

import pytest

from lsp_server.inference.values import Source
from lsp_server.state.handed import handed
from lsp_server.syntax.patterns import Pattern

from . import truth

pytestmark = pytest.mark.frameworks
_MADE = Pattern("(assignment left: (identifier) @name right: (call) @call)")

TORCH_HEAD = """import itertools
from collections import OrderedDict
from functools import partial
from itertools import chain

import torch
from torch import nn
from torch.optim import SGD, AdamW


class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width))
        self.head = nn.Linear(width, 2)
        self.scale = nn.Parameter(torch.ones(1), requires_grad=False)


net, other = Net(), nn.Linear(5, 4)
"""
MINDSPORE_HEAD = """import mindspore as ms
from mindspore import nn, mint, Parameter, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Dense(4, 2)


net = Net()
"""
TORCH = {
    "appended by a condition on the name": """
decay, rest = [], []
for name, p in net.named_parameters():
    if not p.requires_grad:
        continue
    if name.endswith(".bias") or p.ndim == 1:
        rest.append(p)
    else:
        decay.append(p)
opt = AdamW([{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}])
""",
    "extended": """
ps = list(net.head.parameters())
ps += [net.scale]
ps.extend(other.parameters())
opt = SGD(ps, lr=1)
""",
    "filter": "opt = SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=1)\n",
    "comprehension": 'opt = SGD([p for n, p in net.named_parameters() if "bias" not in n and p.requires_grad], 1)\n',
    "chain": "opt = SGD(itertools.chain(net.head.parameters(), other.parameters()), lr=0.1)\n",
    "star": "opt = SGD([*net.body.parameters(), *other.parameters()], lr=0.1)\n",
    "a group for each": """
groups = []
for name, layer in net.named_children():
    groups.append({"params": layer.parameters(), "lr": 0.1})
opt = SGD(groups)
""",
    "a helper": """
def split(module, skip=()):
    first, second = [], []
    for name, p in module.named_parameters():
        (second if any(s in name for s in skip) else first).append(p)
    return [dict(params=first), dict(params=second, lr=2)]

opt = SGD(split(net, skip=("head", "scale")), lr=1)
""",
    "by kind of layer": """
norms = [p for m in net.modules() if isinstance(m, nn.BatchNorm1d) for p in m.parameters()]
known = {id(p) for p in norms}
groups = [{"params": norms}]
opt = SGD(groups, lr=1)
""",
    "frozen first": """
for p in net.body.parameters():
    p.requires_grad = False
net.head.requires_grad_(False)
net.scale.requires_grad = True
opt = SGD((p for p in net.parameters() if p.requires_grad), lr=1)
""",
    "replaced first": """
net.head = nn.Linear(3, 7, bias=False)
opt = SGD(net.parameters(), lr=1)
""",
    "in a function": """
def make():
    inner = Net(4)
    params = [p for p in inner.parameters()]
    optimizer = SGD(params, lr=1)
    return optimizer

opt = make()
""",
}
MINDSPORE = {
    "trainable": "opt = nn.Momentum(net.trainable_params(), 0.1, 0.9)\n",
    "through a cell that computes the loss": """
loss_net = nn.WithLossCell(net, nn.MSELoss())
opt = nn.SGD(loss_net.trainable_params(), 0.1)
""",
    "groups by the name": """
conv = list(filter(lambda x: "conv" in x.name, net.trainable_params()))
rest = [p for p in net.trainable_params() if "conv" not in p.name]
opt = nn.Momentum([{"params": conv, "weight_decay": 0.01}, {"params": rest}], 0.1, 0.9)
""",
    "a part of it": """
norms = [p for p in net.trainable_params() if p.name.endswith(("gamma", "beta"))]
opt = nn.Adam([{"params": norms, "lr": 0.1}, {"params": net.fc.trainable_params()}], learning_rate=0.1)
""",
    "everything": "opt = optim.SGD(list(net.get_parameters())[:3], lr=0.1)\n",
}


def told(source: str, name: str = "opt") -> list[list[tuple[str, str]]] | None:
    """What we say of the optimizer that a name is given: for each group, modules and names."""
    analysis = truth.analysis(source)
    for captures in _MADE.matches(analysis.document.root):
        call = captures["call"][0]
        callee = analysis.text(call).partition("(")[0]
        if callee.rpartition(".")[2] in ("SGD", "AdamW", "Momentum", "Adam"):
            found = handed(Source(analysis, call), 0, "params")
            if found is None:
                return None
            return [[(one.name, entry.name) for one in group.taken for entry in one.entries] for group in found.groups]
    return None


def names(namespace: dict[str, Any], tensor: Any) -> set[tuple[str, str]]:
    """Under which names the modules of a program have a parameter."""
    found: set[tuple[str, str]] = set()
    for name, value in namespace.items():
        listing = getattr(value, "named_parameters", None) or getattr(value, "parameters_and_names", None)
        if listing is not None and not isinstance(value, type):
            found |= {(name, own) for own, one in listing() if one is tensor}
    return found


@pytest.mark.parametrize("case", TORCH)
def test_as_torch_has_it(case: str) -> None:
    namespace = truth.executed(TORCH_HEAD + TORCH[case])
    real = [group["params"] for group in namespace["opt"].param_groups]
    ours = told(TORCH_HEAD + TORCH[case])
    assert ours is not None
    assert [len(group) for group in ours] == [len(group) for group in real]
    if case == "in a function":  # its network has no name outside
        assert [own for _, own in ours[0]] == [name for name, _ in namespace["Net"](4).named_parameters()]
        return
    for group, tensors in zip(ours, real, strict=True):
        assert set(group) <= set().union(*(names(namespace, tensor) for tensor in tensors))
        assert all(names(namespace, tensor) & set(group) for tensor in tensors)


@pytest.mark.parametrize("case", MINDSPORE)
def test_as_mindspore_has_it(case: str) -> None:
    namespace = truth.executed(MINDSPORE_HEAD + MINDSPORE[case])
    optimizer = namespace["opt"]
    groups = getattr(optimizer, "param_groups", None)
    real = [list(group["params"]) for group in groups] if groups else [list(optimizer.parameters)]
    ours = told(MINDSPORE_HEAD + MINDSPORE[case])
    assert ours is not None
    given = [tensor for group in real for tensor in group]
    assert sum(len(group) for group in ours) == len(given)
    assert all(names(namespace, tensor) & {one for group in ours for one in group} for tensor in given)


UNKNOWN = {
    "an argument": "def f(model):\n    opt = SGD(model.parameters(), lr=1)\n",
    "a condition": "import random\nopt = SGD([p for p in net.parameters() if random.random() > 0.5], lr=1)\n",
    "a function from elsewhere": "from somewhere import change\nchange(net)\nopt = SGD(net.parameters(), lr=1)\n",
    "one of them is not known": "from somewhere import x\nopt = SGD([*net.parameters(), x], lr=1)\n",
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_nothing_is_guessed(case: str) -> None:
    assert told(TORCH_HEAD + UNKNOWN[case]) is None
