"""A module that updates buffers in every way that people write."""

import torch
import torch.nn as nn


class Running(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer("mean", torch.zeros(n))
        self.register_buffer("var", torch.ones(n))
        self.register_buffer("count", torch.tensor(0))
        self.register_buffer("total", torch.zeros(n))
        self.register_buffer("low", torch.zeros(n))
        self.register_buffer("queue", torch.zeros(8, n))
        self.register_buffer("grid", torch.zeros(4, n))
        self.register_buffer("clipped", torch.linspace(-1.0, 1.0, n))
        self.register_buffer("scaled", torch.ones(n))
        self.register_buffer("out", torch.zeros(n))
        self.register_buffer("held", torch.zeros(n))
        self.register_buffer("named", torch.zeros(n))
        self.register_buffer("first", torch.zeros(n))
        self.register_buffer("second", torch.zeros(n))
        self.register_buffer("fixed", torch.arange(n).float())
        self.late = nn.Buffer(torch.zeros(n))
        self.index = 2

    @torch.no_grad()
    def update(self, x: torch.Tensor):
        # assignments
        self.mean = 0.9 * self.mean + 0.1 * x.mean(0)
        self.count += x.shape[0]
        self.total += x.sum(0)
        self.first, self.second = x.mean(0), self.second + 1
        # in-place methods, one and several
        self.low.sub_(0.5)
        self.var.mul_(0.9).add_(0.1 * x.var(0))
        self.scaled.mul_(2).div_(4).clamp_(min=0.2)
        self.late.copy_(x[1])
        # indices
        self.queue[1] = x[0]
        self.queue[self.index : self.index + 2] += x[:2]
        self.grid[:, 1] = x[0, 0]
        self.grid[0].add_(1.0)
        self.clipped[self.clipped > 0.4] = 0.25
        self.clipped[self.clipped < -0.4] += 0.125
        # by other ways
        torch.add(self.mean, 1, out=self.out)
        self.held.data = self.held + 2
        self.named = self.named + 3

    def forward(self, x: torch.Tensor):
        self.update(x)
        return (x - self.mean) / torch.sqrt(self.var + 1e-5) + self.count * self.fixed
