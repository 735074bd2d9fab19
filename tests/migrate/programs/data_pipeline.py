"""A data set of its own and a loader."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    def __init__(self, count):
        self.x = torch.sin(torch.arange(count * 6).float()).reshape(count, 6)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.x[index].sum()


loader = DataLoader(Waves(40), batch_size=4, shuffle=False)
net = nn.Linear(6, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
criterion = nn.MSELoss()
losses = []
net.train()
for epoch in range(2):
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(net(x).squeeze(1), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
