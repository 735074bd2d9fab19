"""Names that look like the framework's and are not: nothing may be claimed."""

import numpy as np
import torch


class Fake:
    def view(self, *size):
        return self

    relu = sum = mean = view
    shape = (1, 2)

    def cat(self, parts):
        return parts


def parameter(torch):
    return torch.cat([1]), torch.shape


def local():
    F = Fake()
    nn = Fake()
    return F.relu(), nn.view(), F.shape


def later(x):
    x = np.ones(3)
    return x.sum(), x.shape, x.mean()


parameter(Fake())
local()
later(torch.ones(1))
fake = Fake()
fake.view().sum(), fake.shape, fake.mean()
array = torch.ones(2).numpy()
array.sum(), array.shape, array.dtype, array.reshape(1, 2)
text = "a b"
text.split(), [1].index(1), {"a": 1}.values()
torch.ones(2).tolist().index(1.0)
real = torch
torch = Fake()
torch.view(), torch.cat([1]), real.ones(1).view(1)
for torch in [Fake()]:
    torch.mean()
