"""One network is run three times in a step."""

import torch
import torch.nn.functional as F
from torch import nn

encoder = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 4))
optimizer = torch.optim.Adam(encoder.parameters(), lr=5e-3)
data = torch.sin(torch.arange(20 * 3 * 4 * 6).float()).reshape(20, 3, 4, 6)
losses = []
encoder.train()
for anchors, positives, negatives in data:
    anchor = F.normalize(encoder(anchors), dim=1)
    positive = F.normalize(encoder(positives), dim=1)
    negative = F.normalize(encoder(negatives), dim=1)
    near = (anchor - positive).pow(2).sum(1)
    far = (anchor - negative).pow(2).sum(1)
    loss = F.relu(near - far + 0.5).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item() + near.mean().item())
