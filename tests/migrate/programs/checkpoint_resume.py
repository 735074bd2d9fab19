"""Weights saved in the middle, read back and trained on."""

import os
import tempfile

import torch
from torch import nn


def make():
    return nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 1))


def train(net, optimizer, data, losses):
    criterion = nn.MSELoss()
    net.train()
    for x in data:
        optimizer.zero_grad()
        loss = criterion(net(x), x.sum(dim=1, keepdim=True))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
losses = []
net = make()
train(net, torch.optim.SGD(net.parameters(), lr=0.05), data[:10], losses)
path = os.path.join(tempfile.mkdtemp(), "net.ckpt")
torch.save(net.state_dict(), path)
resumed = make()
resumed.load_state_dict(torch.load(path))
train(resumed, torch.optim.SGD(resumed.parameters(), lr=0.05), data[10:], losses)
