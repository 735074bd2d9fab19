"""Gradients of four micro batches are added up, averaged, clipped by value, and given to the optimizer."""

import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim

net = nn.SequentialCell(nn.Dense(6, 12), nn.ReLU(), nn.Dense(12, 2))
optimizer = optim.Adam(net.trainable_params(), lr=1e-2)
criterion = nn.CrossEntropyLoss()
data = ops.sin(ops.arange(0, 20 * 4 * 6).astype(ms.float32)).reshape(20, 4, 6)
labels = ops.arange(0, 4).astype(ms.int32) % 2
accumulate = 4


def forward_fn(x):
    return criterion(net(x), labels)


grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
accumulated = [ops.zeros_like(p) for p in optimizer.parameters]
losses = []
net.set_train()
for i, x in enumerate(data):
    loss, grads = grad_fn(x)
    accumulated = [a + g for a, g in zip(accumulated, grads)]
    losses.append(float(loss))
    if (i + 1) % accumulate == 0:
        accumulated = [g / accumulate for g in accumulated]
        accumulated = ops.clip_by_value(accumulated, -0.05, 0.05)
        optimizer(tuple(accumulated))
        accumulated = [ops.zeros_like(p) for p in optimizer.parameters]
