"""A network that is initialised in the ways that people write."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, inp, out):
        super().__init__()
        self.conv = nn.Conv2d(inp, out, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(out)
        self.scale = nn.Parameter(torch.empty(out))
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.constant_(self.scale, 0.5)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x))) * self.scale.view(1, -1, 1, 1)


class Net(nn.Module):
    def __init__(self, classes=30):
        super().__init__()
        self.blocks = nn.Sequential(Block(3, 32), Block(32, 64))
        self.norm = nn.GroupNorm(4, 64)
        self.embed = nn.Embedding(40, 64)
        self.hidden = nn.Linear(64, 64)
        self.head = nn.Linear(64, classes)
        self.token = nn.Parameter(torch.zeros(1, 10, 64))
        self.mix = nn.Parameter(torch.zeros(64, 64))
        nn.init.trunc_normal_(self.token, std=0.02)
        nn.init.orthogonal_(self.mix)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.ones_(m.weight)
                nn.init.constant_(m.bias, 0.125)
            elif isinstance(m, nn.Linear):
                nn.init.normal_(m.weight, 0, 0.01)
                m.bias.data.fill_(0.1)
        nn.init.constant_(self.blocks[1].bn.weight, 0.0)
        self.head.bias.data.zero_()
        with torch.no_grad():
            self.hidden.bias.fill_(0.75)
        self.apply(self._init)

    @staticmethod
    def _init(m):
        if isinstance(m, nn.Embedding):
            m.weight.data.normal_(mean=0.0, std=0.02)
        if type(m) == nn.Linear and m.in_features == m.out_features:
            bound = 1 / math.sqrt(m.in_features)
            nn.init.uniform_(m.weight, -bound, bound)

    def forward(self, x):
        x = self.norm(self.blocks(x)).mean((2, 3))
        return self.head(self.hidden(x + self.token[0, 0]) @ self.mix)
