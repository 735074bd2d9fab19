"""Gradients of four batches are summed up before each step."""

import torch
from torch import nn

net = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 2))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
criterion = nn.CrossEntropyLoss()
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
labels = torch.arange(4) % 2
accumulate = 4
losses = []
net.train()
optimizer.zero_grad()
for i, x in enumerate(data):
    loss = criterion(net(x), labels)
    losses.append(loss.item())
    loss = loss / accumulate
    loss.backward()
    if (i + 1) % accumulate == 0:
        nn.utils.clip_grad_norm_(net.parameters(), max_norm=0.5)
        optimizer.step()
        optimizer.zero_grad()
