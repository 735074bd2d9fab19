"""Gradients of three batches are summed up; the last batches of an epoch make a step of their own."""

import torch
from torch import nn

net = nn.Linear(6, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
criterion = nn.CrossEntropyLoss()
data = torch.sin(torch.arange(10 * 4 * 6).float()).reshape(10, 4, 6)
labels = torch.arange(4) % 2
every = 3
losses = []
for epoch in range(2):
    optimizer.zero_grad()
    for i, x in enumerate(data):
        loss = criterion(net(x), labels) / every
        loss.backward()
        losses.append(loss.item() * every)
        if (i + 1) % every == 0 or i + 1 == len(data):
            optimizer.step()
            optimizer.zero_grad()
