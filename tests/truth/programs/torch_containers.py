"""Sequential, ModuleList, ModuleDict, ParameterList: indexing, slicing, iteration, attributes."""

import torch
from torch import nn


class Stack(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(depth)])
        self.norms = nn.ModuleList()
        for _ in range(depth):
            self.norms.append(nn.LayerNorm(4))
        self.heads = nn.ModuleDict({"a": nn.Linear(4, 2), "b": nn.Linear(4, 3)})
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(4)) for _ in range(depth)])
        layers = []
        layers.append(nn.Linear(4, 4))
        layers += [nn.BatchNorm1d(4)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        for layer, norm in zip(self.layers, self.norms):
            x = norm(layer(x)).relu() + layer.bias
        for index, scale in enumerate(self.scales):
            x = x * scale.view(1, -1)
        for name, head in self.heads.items():
            head(x).sum(), head.weight.shape
        self.layers[0].weight.sum(), self.heads["a"].bias.sum(), self.norms[-1].eps
        return self.body(x).flatten(1)


net = Stack()
net(torch.rand(2, 4)).sum()
net.body[1].running_mean.sum(), net.body[0].weight.shape
body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
body[0].weight.shape, body[1].running_var.sum(), body[-2].weight.sum(), body[:2].parameters()
for layer in body:
    layer.train()
for layer in body.children():
    layer.eval()
body.append(nn.Dropout(0.5))
len(body), body.add_module("last", nn.Tanh())
