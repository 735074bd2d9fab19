"""Two losses of one forward pass, differentiated one after the other; the first keeps the graph."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Linear(6, 8)
        self.left = nn.Linear(8, 2)
        self.right = nn.Linear(8, 1)


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
labels = torch.arange(4) % 2
losses = []
for x in data:
    optimizer.zero_grad()
    features = torch.tanh(net.trunk(x))
    loss_class = nn.functional.cross_entropy(net.left(features), labels)
    loss_value = (net.right(features).squeeze(1) - x.mean(dim=1)).pow(2).mean()
    loss_class.backward(retain_graph=True)
    loss_value.backward()
    optimizer.step()
    losses.append(loss_class.item() + loss_value.item())
