"""Padding: what PyTorch lacks of MindSpore."""

import torch


class Pad(torch.nn.Module):
    def __init__(self, paddings, mode="CONSTANT"):
        super().__init__()
        self.paddings, self.mode = paddings, mode

    def forward(self, x):
        if self.mode == "CONSTANT":
            return torch.nn.functional.pad(x, [side for pair in reversed(self.paddings) for side in pair])
        twice = 1 if self.mode == "SYMMETRIC" else 0
        for dim, (before, after) in enumerate(self.paddings):
            last = x.shape[dim] - 1
            place = torch.arange(-before, last + 1 + after, device=x.device)
            place = torch.where(place < 0, -place - twice, place)
            place = torch.where(place > last, 2 * last + twice - place, place)
            x = x.index_select(dim, place)
        return x
