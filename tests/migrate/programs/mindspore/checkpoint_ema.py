"""An average of the weights beside them; a checkpoint in the middle, from which training goes on."""

import os
import tempfile

import mindspore as ms
from mindspore import nn, ops

data = ops.sin(ops.arange(0, 20 * 6 * 5).astype(ms.float32)).reshape(20, 6, 5)
criterion = nn.L1Loss()
losses = []


def make():
    return nn.SequentialCell(nn.Dense(5, 10), nn.Tanh(), nn.Dense(10, 1))


def train(net, averaged, batches):
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.05)
    net.set_train()

    def forward_fn(x):
        return criterion(net(x), x.sum(axis=1, keepdims=True))

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
    for x in batches:
        loss, grads = grad_fn(x)
        optimizer(grads)
        for old, new in zip(averaged.trainable_params(), net.trainable_params()):
            ops.assign(old, 0.9 * old + 0.1 * new)
        losses.append(float(loss) + float(criterion(averaged(x), x.sum(axis=1, keepdims=True))))


net, averaged = make(), make()
train(net, averaged, data[:10])
path = os.path.join(tempfile.mkdtemp(), "net.ckpt")
ms.save_checkpoint(net, path)
resumed = make()
ms.load_param_into_net(resumed, ms.load_checkpoint(path))
train(resumed, averaged, data[10:])
