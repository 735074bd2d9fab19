"""Linear: what PyTorch lacks of MindSpore."""

import torch


class DenseBnAct(torch.nn.Module):
    def __init__(self, in_features, out_features, bias, has_bn, momentum, eps, activation):
        super().__init__()
        self.dense = torch.nn.Linear(in_features, out_features, bias)
        self.batchnorm = torch.nn.BatchNorm1d(out_features, eps, momentum) if has_bn else torch.nn.Identity()
        self.activation = activation or torch.nn.Identity()

    def forward(self, x):
        return self.activation(self.batchnorm(self.dense(x)))
