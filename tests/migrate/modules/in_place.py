"""Tensors that are changed in place: by one method, by chains, by out=, through indices, in what others hold."""

import torch
import torch.nn as nn


def own(x: torch.Tensor, y: torch.Tensor):
    z = x + y
    z.mul_(2).add_(y).clamp_(min=0.1)
    w = x * y
    w.zero_().add_(1)
    return z - w


def given(x: torch.Tensor, y: torch.Tensor):
    x.mul_(0.9).add_(y, alpha=0.1)
    x[0].fill_(2.0)
    x[1:].sub_(1.0)


def into(x: torch.Tensor, y: torch.Tensor):
    total = torch.empty(2, 3)
    torch.add(x, y, out=total)
    torch.mul(total, y, out=y)
    return total + y


def views(x: torch.Tensor):
    y = (x + 1).view(-1)
    y.abs_().sqrt_()
    rows = x.clone()
    for row in [rows[0].clone(), rows[1].clone()]:
        row.neg_()
    return y.sum() + rows.sum()


def averaged(old: nn.Module, new: nn.Module, decay: float):
    with torch.no_grad():
        for p, q in zip(old.parameters(), new.parameters()):
            p.mul_(decay).add_(q, alpha=1 - decay)


a = torch.linspace(-1, 1, 6).reshape(2, 3)
b = torch.linspace(0.5, 2, 6).reshape(2, 3)
given(a, b)
losses = [own(a, b).sum().item(), into(a, b).sum().item(), a.sum().item(), b.sum().item(), views(a.abs()).item()]
first, second = nn.Linear(3, 3), nn.Linear(3, 3)
averaged(first, second, 0.75)
losses += [first(a).sum().item(), second(a).sum().item()]
