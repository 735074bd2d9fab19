"""Names that look like MindSpore's and are not."""

import mindspore as ms
import numpy as np
from mindspore import ops


class Fake:
    def relu(self, x=None):
        return self

    shape = (1, 2)
    construct = asnumpy = sum = relu


def parameter(ops):
    return ops.relu(1), ops.shape


def local():
    ms = Fake()
    return ms.sum(), ms.shape


array = ops.ones((2,), ms.float32).asnumpy()
array.sum(), array.shape, array.astype(np.int32)
parameter(Fake())
local()
fake = Fake()
fake.asnumpy().sum(), fake.shape
ops = Fake()
ops.relu(1)
