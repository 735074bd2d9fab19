"""A schedule that waits for the loss to stop falling, stepped once an epoch with the mean loss; warm-up by a lambda."""

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR, ReduceLROnPlateau

net = nn.Sequential(nn.Linear(6, 8), nn.Sigmoid(), nn.Linear(8, 1))
optimizer = torch.optim.SGD(net.parameters(), lr=0.4)
warm_up = LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 4))
plateau = ReduceLROnPlateau(optimizer, factor=0.5, patience=0, threshold=0.5)
data = torch.sin(torch.arange(4 * 3 * 6).float()).reshape(4, 3, 6)
losses = []
net.train()
for epoch in range(5):
    total = 0.0
    for x in data:
        optimizer.zero_grad()
        loss = ((net(x) - x.mean(dim=1, keepdim=True)) ** 2).mean()
        loss.backward()
        optimizer.step()
        if epoch == 0:
            warm_up.step()
        total += loss.item()
        losses.append(loss.item())
    plateau.step(total / len(data))
