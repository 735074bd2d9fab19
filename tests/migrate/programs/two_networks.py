"""One optimizer for several networks that have no parent, in groups and in one list."""

import torch
from torch import nn


class Pair:
    def __init__(self):
        self.encoder = nn.Linear(4, 3)
        self.decoder = nn.Linear(3, 4)
        parameters = list(self.encoder.parameters()) + list(self.decoder.parameters())
        self.optimizer = torch.optim.SGD(parameters, lr=0.1)


pair = Pair()
a = nn.Linear(4, 3)
b = nn.Linear(3, 4)
optimizer = torch.optim.Adam([{"params": a.parameters(), "lr": 0.01}, {"params": b.parameters()}], lr=0.05)
x = torch.sin(torch.arange(20.0)).reshape(5, 4)
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = ((b(torch.tanh(a(x))) - x) ** 2).mean()
    loss.backward()
    optimizer.step()
    pair.optimizer.zero_grad()
    other = ((pair.decoder(torch.tanh(pair.encoder(x))) - x) ** 2).mean()
    other.backward()
    pair.optimizer.step()
    losses.append(loss.item() + other.item())
