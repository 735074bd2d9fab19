import torch
from torch import nn


class ConvBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)
        self.mask = self.register_buffer("mask", torch.zeros(3))

    def forward(self, x):
        x = self.bn(self.conv(x))
        x = torch.cat([x, x], dim=1)
        return torch.relu(x)


class MyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.build_block = nn.Sequential(ConvBN(), nn.ReLU())

    def forward(self, x):
        return self.build_block(x)


net = MyNet()
net.buffers()
net.parameters()
