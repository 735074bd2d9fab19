"""An autoencoder whose training loop is a function with epochs."""

import torch
from torch import nn


class AutoEncoder(nn.Module):
    def __init__(self, width: int = 12, code: int = 3):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(width, 8), nn.ReLU(), nn.Linear(8, code))
        self.decoder = nn.Sequential(nn.Linear(code, 8), nn.ReLU(), nn.Linear(8, width), nn.Sigmoid())

    def forward(self, x: torch.Tensor):
        code = self.encoder(x)
        return self.decoder(code), code


def train(model, optimizer, data, epochs):
    losses = []
    criterion = nn.MSELoss()
    model.train()
    for epoch in range(epochs):
        for x in data:
            restored, code = model(x)
            loss = criterion(restored, x)
            loss = loss + 1e-3 * code.abs().mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


model = AutoEncoder()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
data = torch.sin(torch.arange(5 * 6 * 12).float()).reshape(5, 6, 12) * 0.5 + 0.5
losses = train(model, optimizer, data, 4)
