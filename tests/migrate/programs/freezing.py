"""The first layer is frozen from the start, and thawed with a new optimizer in the middle."""

import torch
from torch import nn


def fit(net, optimizer, batches, losses):
    criterion = nn.MSELoss()
    net.train()
    for x in batches:
        optimizer.zero_grad()
        loss = criterion(net(x), x[:, :2])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


net = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 2))
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
losses = []
for parameter in net[0].parameters():
    parameter.requires_grad = False
fit(net, torch.optim.SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1), data[:10], losses)
for parameter in net.parameters():
    parameter.requires_grad = True
fit(net, torch.optim.SGD(net.parameters(), lr=0.05), data[10:], losses)
