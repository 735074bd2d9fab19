"""A small Transformer block of its own parts."""

import math

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, 2 * width)
        self.second = nn.Linear(2 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = self.query(x), self.key(x), self.value(x)
        scores = torch.matmul(q, k.transpose(1, 2)) / math.sqrt(8)
        x = self.norm(x + torch.matmul(F.softmax(scores, dim=-1), v))
        return x + self.second(F.gelu(self.first(x)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(10, 8)
        self.blocks = nn.ModuleList([Block(8), Block(8)])
        self.head = nn.Linear(8, 10)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


model = Net()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
tokens = (torch.arange(20 * 4 * 7) * 3 % 10).reshape(20, 4, 7)
losses = []
model.train()
for step in range(20):
    batch = tokens[step]
    logits = model(batch[:, :-1])
    loss = F.cross_entropy(logits.reshape(-1, 10), batch[:, 1:].reshape(-1))
    model.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
