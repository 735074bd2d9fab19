import torch
from torch import nn


class ConvBN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.bn = nn.BatchNorm2d(64)

    def forward(self, x):
        print(self.bn.running_mean)
        return self.bn(self.conv(torch.abs(x)))


net = nn.Sequential(ConvBN(), nn.ReLU())
net.state_dict()
