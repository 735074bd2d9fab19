"""Module classes: attributes, calls to forward, buffers, properties, class attributes, inheritance, super, hooks."""

import torch
from torch import Tensor, nn


class Block(nn.Module):
    expansion = 2
    activation = nn.ReLU
    limit = torch.tensor(1.0)

    def __init__(self, inner: int = 4, act: nn.Module | None = None) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, inner, 3, bias=False)
        self.bn = nn.BatchNorm2d(inner)
        self.act = act if act is not None else self.activation()
        self.scale = nn.Parameter(torch.ones(inner))
        self.register_buffer("mask", torch.ones(inner))
        self.register_parameter("shift", nn.Parameter(torch.zeros(inner)))
        self.register_buffer("nothing", None)
        nn.init.kaiming_normal_(self.conv.weight)
        self._cache = None

    @property
    def width(self):
        return self.conv.weight.shape[0]

    @property
    def device(self) -> torch.device:
        return self.scale.device

    @staticmethod
    def normalise(x):
        return x.div(2)

    @classmethod
    def small(cls):
        return cls(inner=2)

    def features(self, x):
        return self.act(self.bn(self.conv(x)))

    def forward(self, x: Tensor) -> Tensor:
        y = self.features(x)
        if self.training:
            y = y.clone()
        self._cache = y.mean((0, 2, 3))
        return y * self.scale.view(1, -1, 1, 1) * self.mask.view(1, -1, 1, 1) + self.shift.view(1, -1, 1, 1)


class Head(Block):
    def __init__(self, classes):
        super().__init__(inner=4)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, classes)
        self.fc.bias.data.zero_()

    def forward(self, x):
        x = super().forward(x)
        x = self.pool(x).flatten(1)
        return self.fc(x).log_softmax(dim=1)

    def buffers(self, recurse=True):
        return list(super().buffers(recurse))


class Mine(nn.Linear):
    def forward(self, input):
        return nn.functional.linear(input, self.weight.abs(), self.bias)


net = Head(3)
out = net(torch.rand(2, 3, 8, 8))
out.sum().backward()
net.bn.running_mean.sum(), net.conv.weight.grad.norm(), net.scale.grad, net.mask.float(), net.fc.bias.shape
net.train().eval().zero_grad()
net.to("cpu"), net.width.bit_length(), net.device.type, net.buffers(), Block.small().bn.running_var.sum()
Block.normalise(torch.ones(1)).item(), Block.limit.item(), Block.activation()
net.act.inplace, net.state_dict()["fc.weight"].shape
Block.forward(net, torch.rand(1, 3, 8, 8)).shape
Mine(2, 2)(torch.ones(1, 2)).sum()
net.register_forward_hook(lambda module, args, output: output.detach())
model = nn.DataParallel(net)
model.module.bn.momentum
