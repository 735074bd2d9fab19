"""One checkpoint of the network, the optimizer, the step and the best loss; training goes on from it."""

import os
import tempfile

import torch
from torch import nn


def make():
    net = nn.Sequential(nn.Linear(6, 12), nn.BatchNorm1d(12), nn.Tanh(), nn.Linear(12, 1))
    return net, torch.optim.Adam(net.parameters(), lr=0.01)


def train(net, optimizer, data, start, end, losses):
    criterion = nn.MSELoss()
    net.train()
    for step in range(start, end):
        optimizer.zero_grad()
        loss = criterion(net(data[step]), data[step].sum(dim=1, keepdim=True))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())


data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
losses = []
net, optimizer = make()
train(net, optimizer, data, 0, 10, losses)
path = os.path.join(tempfile.mkdtemp(), "last.pth")
checkpoint = {
    "model": net.state_dict(),
    "optimizer": optimizer.state_dict(),
    "step": 10,
    "best": min(losses),
    "name": "perceptron",
}
torch.save(checkpoint, path)

net, optimizer = make()
read = torch.load(path, map_location="cpu")
net.load_state_dict(read["model"])
optimizer.load_state_dict(read["optimizer"])
best = read["best"]
train(net, optimizer, data, read["step"], 20, losses)
assert read["name"] == "perceptron" and abs(best - min(losses[:10])) < 1e-6
