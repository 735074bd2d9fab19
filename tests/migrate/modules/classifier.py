"""A small convolutional Transformer for images, with a queue of features and running class centres."""

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Config:
    classes: int = 10
    width: int = 64
    heads: int = 4
    depth: int = 2
    patch: int = 4
    size: int = 32
    dropout: float = 0.1
    queue: int = 128


class Stem(nn.Module):
    """Overlapping patches by two convolutions."""

    def __init__(self, width: int, patch: int):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width // 2, kernel_size=3, stride=2, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width // 2)
        self.conv2 = nn.Conv2d(width // 2, width, kernel_size=patch // 2, stride=patch // 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.gelu(self.norm(self.conv1(x)))
        x = self.conv2(x)
        return x.flatten(2).transpose(1, 2)  # (batch, tokens, width)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.scale = (width // heads) ** -0.5
        self.qkv = nn.Linear(width, width * 3)
        self.proj = nn.Linear(width, width)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, n, c = x.shape
        qkv = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = (q @ k.transpose(-2, -1)) * self.scale
        scores = self.drop(scores.softmax(dim=-1))
        x = (scores @ v).transpose(1, 2).reshape(b, n, c)
        return self.proj(x)


class Block(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        width = config.width
        self.norm1 = nn.LayerNorm(width)
        self.attention = Attention(width, config.heads, config.dropout)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, width * 4),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(width * 4, width),
        )
        self.gamma = nn.Parameter(0.1 * torch.ones(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.gamma * self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Classifier(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        tokens = (config.size // config.patch) ** 2
        self.stem = Stem(config.width, config.patch)
        self.position = nn.Parameter(torch.zeros(1, tokens, config.width))
        self.blocks = nn.ModuleList([Block(config) for _ in range(config.depth)])
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, config.classes)

        # the last features that were seen, and where to write the next ones
        self.register_buffer("queue", torch.zeros(config.queue, config.width))
        self.register_buffer("pointer", torch.tensor(0))
        self.register_buffer("centre", torch.zeros(config.width))
        self.init_weights()

    def init_weights(self):
        nn.init.trunc_normal_(self.position, std=0.02)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                nn.init.zeros_(m.bias)
            elif isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.LayerNorm, nn.BatchNorm2d)):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)

    @torch.no_grad()
    def remember(self, features: torch.Tensor):
        """Update the running centre, and the queue at the pointer."""
        n = features.size(0)
        start = int(self.pointer)
        self.queue[start : start + n] = features
        self.pointer.add_(n).remainder_(self.queue.size(0))
        self.centre.mul_(0.9).add_(features.mean(dim=0), alpha=0.1)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x) + self.position
        for block in self.blocks:
            x = block(x)
        return self.norm(x).mean(dim=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = self.features(x)
        if self.training:
            self.remember(features)
        return self.head(features - self.centre)


def loss_of(model: Classifier, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    logits = model(images)
    loss = F.cross_entropy(logits, labels, label_smoothing=0.1)
    spread = F.normalize(model.queue, dim=1)
    return loss + 0.01 * (spread @ spread.t()).pow(2).mean()
