"""Parameter groups with rates and decay of their own; the rate of one is lowered by hand in the middle."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(6, 8)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(torch.relu(self.backbone(x)))


net = Net()
optimizer = torch.optim.AdamW(
    [
        {"params": net.backbone.parameters(), "lr": 1e-3},
        {"params": net.head.parameters(), "weight_decay": 0.0},
    ],
    lr=1e-2,
    weight_decay=1e-2,
)
criterion = nn.CrossEntropyLoss()
data = torch.sin(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
labels = torch.arange(4) % 2
losses = []
net.train()
for step, x in enumerate(data):
    if step == 10:
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * 0.1
    optimizer.zero_grad()
    loss = criterion(net(x), labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
