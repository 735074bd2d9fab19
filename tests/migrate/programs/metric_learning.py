"""Embeddings with a triplet loss."""

import torch
import torch.nn.functional as F
from torch import nn

net = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 4))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
anchors = torch.sin(torch.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
positives = anchors + 0.1
negatives = torch.cos(torch.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
losses = []
net.train()
for anchor, positive, negative in zip(anchors, positives, negatives):
    a, p, n = net(anchor), net(positive), net(negative)
    near = (a - p).pow(2).sum(dim=1)
    far = (a - n).pow(2).sum(dim=1)
    loss = F.relu(near - far + 5.0)
    optimizer.zero_grad()
    loss.mean().backward()
    optimizer.step()
    losses.append(loss.mean().item())
