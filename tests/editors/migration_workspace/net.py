import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.linear = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.mask = torch.ones(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.relu(self.norm(self.linear(x)))
        return torch.flatten(x * self.mask, 1)


if not torch.compiled_with_cxx11_abi():
    block = Block(8)
