"""Mixed precision: the forward pass under autocast."""

import torch
from torch import nn

net = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 2))
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
criterion = nn.CrossEntropyLoss()
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
labels = torch.arange(4) % 2
losses = []
net.train()
for x in data:
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = net(x)
        loss = criterion(out.float(), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
