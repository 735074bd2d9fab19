"""The result is no number: backward is given what it is multiplied by."""

import torch
from torch import nn

net = nn.Linear(6, 3)
optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
weights = torch.tensor([0.5, 0.3, 0.2]).expand(4, 3)
losses = []
for x in data:
    net.zero_grad()
    errors = (net(x) - x[:, :3]).pow(2)
    errors.backward(gradient=weights)
    optimizer.step()
    losses.append(errors.mean().item())
