"""Two networks with an optimizer each, which share the gradients of one backward pass."""

import torch
from torch import nn

first = nn.Linear(5, 5)
second = nn.Linear(5, 1)
optimizer_a = torch.optim.SGD(first.parameters(), lr=0.05)
optimizer_b = torch.optim.SGD(second.parameters(), lr=0.1)
data = torch.sin(torch.arange(20 * 4 * 5).float()).reshape(20, 4, 5)
losses = []
for x in data:
    optimizer_a.zero_grad()
    optimizer_b.zero_grad()
    loss = (second(torch.tanh(first(x))) - x.sum(dim=1, keepdim=True)).abs().mean()
    loss.backward()
    optimizer_a.step()
    optimizer_b.step()
    losses.append(loss.item())
