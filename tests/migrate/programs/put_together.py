"""Containers that are put together: += and + of Sequential and ModuleList, extend, insert, append."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Linear(6, 8))
        self.stem += nn.Sequential(nn.Tanh(), nn.Linear(8, 8))
        self.blocks = nn.ModuleList([nn.Linear(8, 8)])
        self.blocks += nn.ModuleList([nn.Linear(8, 8)])
        self.blocks += [nn.Linear(8, 8)]

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = x + torch.tanh(block(x))
        return x


head = nn.Sequential(nn.Linear(8, 4), nn.Tanh())
head += nn.Sequential(nn.Linear(4, 4))
head.insert(0, nn.Sigmoid())
head.extend([nn.Tanh(), nn.Linear(4, 1)])
net = nn.Sequential(Net()) + head
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
criterion = nn.MSELoss()
data = torch.cos(torch.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
losses = []
net.train()
for x in data:
    optimizer.zero_grad()
    loss = criterion(net(x), x[:, :1])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
