"""A small network with every trap that a name-for-name conversion to MindSpore falls into."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class ConvBN(nn.Module):
    def __init__(self, in_channels=3, out_channels=64):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, 3)
        self.bn = nn.BatchNorm2d(out_channels, momentum=0.1)

    def forward(self, x):
        return self.bn(self.conv(x))


class MyNet(nn.Module):
    def __init__(self, classes=10):
        super().__init__()
        self.build_block = nn.Sequential(ConvBN(), nn.ReLU())
        self.head = nn.Linear(64, classes)
        self.scale = self.register_buffer("scale", torch.ones(classes))  # stores None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.build_block(x)
        x = F.avg_pool2d(x, 2)
        x = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=0)  # both kinds of pooling
        return self.head(x.view(x.size(0), -1)) * self.scale


class Handwritten(nn.Module):
    def construct(self, x):  # the other framework's name for it
        return x


net = MyNet()
for buffer in net.buffers():
    print(buffer.shape)
for parameter in net.parameters():
    print(parameter.shape)
