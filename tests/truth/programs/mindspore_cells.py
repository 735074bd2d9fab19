"""MindSpore: cell classes, construct, super, parameters, containers, partial, aliases, dataclasses."""

from dataclasses import dataclass
from functools import partial

import mindspore as ms
from mindspore import Parameter, Tensor, nn, ops
from mindspore.common.initializer import HeNormal, initializer


class Block(nn.Cell):
    expansion = 2

    def __init__(self, inner=4, act=nn.ReLU):
        super().__init__()
        self.conv = nn.Conv2d(3, inner, 3, has_bias=False, pad_mode="pad", padding=1)
        self.bn = nn.BatchNorm2d(inner)
        self.act = act()
        self.scale = Parameter(ops.ones((inner,), ms.float32), name="scale")
        self.register_buffer("mask", ops.ones((inner,), ms.float32))
        self.concat = ops.Concat(axis=1)
        self.layers = nn.CellList([nn.Dense(inner, inner) for _ in range(2)])
        self.conv.weight.set_data(initializer(HeNormal(), self.conv.weight.shape, self.conv.weight.dtype))

    @property
    def width(self):
        return self.conv.weight.shape[0]

    def features(self, x):
        return self.act(self.bn(self.conv(x)))

    def construct(self, x: Tensor):
        y = self.features(x)
        if self.training:
            y = y.copy()
        y = y * self.scale.view(1, -1, 1, 1)
        z = y.mean((2, 3))
        for layer in self.layers:
            z = layer(z).tanh()
        return self.concat((z, z)).astype(ms.float32)


class Head(Block):
    def __init__(self, classes):
        super(Head, self).__init__()
        self.fc = nn.Dense(8, classes)

    def construct(self, x):
        return ops.log_softmax(super().construct(x).reshape(x.shape[0], -1))


class Mine(nn.Dense):
    def construct(self, x):
        return ops.matmul(x, self.weight.T).sum() + self.bias.sum()


@dataclass
class Config:
    net: nn.Cell
    dtype: ms.dtype.Type = ms.float32


def make(size):
    return ops.zeros((size,), ms.float32)


net = Head(3)
net(ops.ones((2, 3, 4, 4), ms.float32)).sum().asnumpy()
net.bn.moving_mean.sum(), net.bn.gamma.shape, net.conv.weight.asnumpy(), net.fc.bias.name, net.mask.sum()
net.set_train().set_grad(), net.trainable_params(), net.width.bit_length(), net.layers[0].weight.shape
Mine(2, 2)(ops.ones((1, 2), ms.float32)).asnumpy()
body = nn.SequentialCell(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
body[0].weight.shape, body[1].moving_variance.sum(), body.append(nn.Tanh())
for layer in body:
    layer.set_train()
act = ops.relu
act(make(2)).sum()
norm = partial(nn.LayerNorm, epsilon=1e-6)
norm((3,)).gamma.shape
square = lambda x: x * x
square(make(2)).sum()
Config(net).net.trainable_params()
getattr(ops, "sigmoid")(make(2)).sum()
with ms._no_grad() if hasattr(ms, "_no_grad") else open(__file__):
    make(1).sum()
