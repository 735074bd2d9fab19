"""Weights averaged over the steps."""

import copy

import torch
from torch import nn

net = nn.Sequential(nn.Linear(5, 10), nn.ReLU(), nn.Linear(10, 1))
averaged = copy.deepcopy(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
data = torch.sin(torch.arange(20 * 6 * 5).float()).reshape(20, 6, 5)
criterion = nn.L1Loss()
losses = []
net.train()
for x in data:
    y = x.sum(dim=1, keepdim=True)
    optimizer.zero_grad()
    loss = criterion(net(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for old, new in zip(averaged.parameters(), net.parameters()):
            old.copy_(0.9 * old + 0.1 * new)
    losses.append(criterion(averaged(x), y).item() + loss.item())
