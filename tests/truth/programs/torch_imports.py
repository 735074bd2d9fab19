"""Import aliases, conditional imports, imports in functions."""

import torch as t
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor, float32
from torch import nn as layers
from torch.nn import Conv2d as Conv
from torch.optim import *
from torch.utils.data import DataLoader, TensorDataset

try:
    import torch
except ImportError:
    torch = None

try:
    from torch import no_such_name
except ImportError:
    no_such_name = None

if t.cuda.is_available():
    from torch.cuda import amp
else:
    from torch import amp


def inside():
    import torch.linalg as linalg
    from torch import special

    return linalg.norm(t.ones(3)), special.expit(t.ones(3))


x = t.zeros(2, 3, dtype=float32)
y: Tensor = F.relu(x).add(1)
net = nn.Sequential(Conv(3, 4, 1), layers.ReLU())
SGD(net.parameters(), lr=0.1).zero_grad()
inside()[0].item()
assert torch is not None
torch.cat([x, y]).shape.numel()
for (batch,) in DataLoader(TensorDataset(x)):
    batch.mean()
amp.autocast("cpu")
torch.nn.functional.softmax(x, dim=1).argmax(1)
