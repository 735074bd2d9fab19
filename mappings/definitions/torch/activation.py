"""Activation: what PyTorch lacks of MindSpore."""

import torch


class FastGelu(torch.nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


def get_activation(name):
    if name == "fast_gelu":
        layer = torch.nn.Module()
        layer.forward = lambda x: x * torch.sigmoid(1.702 * x)
        return layer
    layers = {
        "softmin": lambda: torch.nn.Softmin(-1),
        "softmax": lambda: torch.nn.Softmax(-1),
        "softmax2d": torch.nn.Softmax2d,
        "logsoftmax": lambda: torch.nn.LogSoftmax(-1),
        "relu": torch.nn.ReLU,
        "relu6": torch.nn.ReLU6,
        "rrelu": torch.nn.RReLU,
        "silu": torch.nn.SiLU,
        "tanh": torch.nn.Tanh,
        "tanhshrink": torch.nn.Tanhshrink,
        "hardtanh": torch.nn.Hardtanh,
        "gelu": lambda: torch.nn.GELU("tanh"),
        "elu": torch.nn.ELU,
        "sigmoid": torch.nn.Sigmoid,
        "softsign": torch.nn.Softsign,
        "prelu": torch.nn.PReLU,
        "leakyrelu": lambda: torch.nn.LeakyReLU(0.2),
        "hswish": torch.nn.Hardswish,
        "hsigmoid": torch.nn.Hardsigmoid,
        "logsigmoid": torch.nn.LogSigmoid,
        "softshrink": torch.nn.Softshrink,
        "hshrink": torch.nn.Hardshrink,
        "mish": torch.nn.Mish,
    }
    return None if name is None else layers[name]()
