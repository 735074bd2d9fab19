"""GradOperation with a list of weights, a rate that a list gives for each step, and evaluation beside it."""

import mindspore as ms
from mindspore import nn, ops

net = nn.Dense(6, 1)
loss_fn = nn.MSELoss()
lr = nn.cosine_decay_lr(min_lr=0.001, max_lr=0.1, total_step=20, step_per_epoch=5, decay_epoch=4)
optimizer = nn.SGD(net.trainable_params(), learning_rate=lr)
data = ops.sin(ops.arange(0, 20 * 4 * 6).astype(ms.float32)).reshape(20, 4, 6)


def loss_of(x, y):
    return loss_fn(net(x), y)


def evaluate(x, y):
    net.set_train(False)
    error = (net(x) - y).abs().asnumpy().max()
    return float(error)


grad_op = ops.GradOperation(get_by_list=True)
weights = ms.ParameterTuple(net.trainable_params())
losses = []
for x in data:
    y = x.sum(axis=1, keepdims=True)
    net.set_train(True)
    grads = grad_op(loss_of, weights)(x, y)
    optimizer(grads)
    losses.append(evaluate(x, y))
