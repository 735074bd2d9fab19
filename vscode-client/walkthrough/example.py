import torch
from torch import nn


class ConvBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)
        self.scale = torch.ones(64, 1, 1)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)) * self.scale)


net = nn.Sequential(ConvBN(), nn.ReLU())


for buffer in net.buffers():
    print(buffer.shape)
