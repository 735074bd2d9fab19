"""A recurrent network over a sequence, its hidden state carried from step to step."""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(3, 8)
        self.head = nn.Linear(8, 1)

    def forward(self, x, hidden):
        outputs = []
        for t in range(5):
            hidden = self.cell(x[:, t], hidden)
            outputs.append(self.head(hidden))
        return torch.stack(outputs, dim=1), hidden


net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
data = torch.sin(torch.arange(20 * 4 * 5 * 3).float() * 0.1).reshape(20, 4, 5, 3)
criterion = nn.MSELoss()
hidden = torch.zeros(4, 8)
losses = []
net.train()
for x in data:
    optimizer.zero_grad()
    hidden = hidden.detach()
    out, hidden = net(x, hidden)
    loss = criterion(out, x[:, :, :1])
    loss.backward()
    nn.utils.clip_grad_value_(net.parameters(), 0.5)
    optimizer.step()
    losses.append(loss.item())
