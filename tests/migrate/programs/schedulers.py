"""A schedule per step and one per epoch."""

import torch
from torch import nn

net = nn.Linear(6, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
warm_up = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=4)
decay = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
data = torch.sin(torch.arange(4 * 6).float()).reshape(4, 6)
target = data.sum(dim=1, keepdim=True)
losses = []
net.train()
for epoch in range(5):
    for k in range(4):
        loss = ((net(data) - target) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch == 0:
            warm_up.step()
        losses.append(loss.item())
    decay.step()
