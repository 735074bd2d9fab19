"""Initialization: what PyTorch lacks of MindSpore."""

import torch


def filled(weight, init):
    names = {
        "zeros": torch.nn.init.zeros_,
        "zero": torch.nn.init.zeros_,
        "ones": torch.nn.init.ones_,
        "one": torch.nn.init.ones_,
        "normal": lambda one: torch.nn.init.normal_(one, 0.0, 0.01),
        "truncatednormal": lambda one: torch.nn.init.trunc_normal_(one, 0.0, 0.01, -0.02, 0.02),
        "uniform": lambda one: torch.nn.init.uniform_(one, -0.07, 0.07),
        "xavier_uniform": torch.nn.init.xavier_uniform_,
        "xavier_normal": torch.nn.init.xavier_normal_,
        "he_uniform": torch.nn.init.kaiming_uniform_,
        "he_normal": torch.nn.init.kaiming_normal_,
        "orthogonal": torch.nn.init.orthogonal_,
        "dirac": torch.nn.init.dirac_,
        "identity": torch.nn.init.eye_,
    }
    with torch.no_grad():
        if isinstance(init, str):
            names[init.lower()](weight)
        elif callable(init):
            init(weight)
        else:
            weight.copy_(torch.as_tensor(init))
    return weight


def initialised(layer, weight_init=None, bias_init=None):
    if weight_init is not None:
        filled(layer.weight, weight_init)
    if bias_init is not None and layer.bias is not None:
        filled(layer.bias, bias_init)
    return layer
