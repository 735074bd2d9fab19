"""Rates that a layer works out of the step, weights that are averaged and changed in place."""

import numpy as np

import mindspore
from mindspore import Parameter, nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Dense(6, 8)
        self.out = nn.Dense(8, 1)
        self.scale = Parameter(ops.ones((1,)), name="scale")

    def construct(self, x):
        return self.out(ops.tanh(self.hidden(x))) * self.scale


rng = np.random.RandomState(0)
data = mindspore.Tensor(rng.randn(16, 6).astype(np.float32))
target = mindspore.Tensor(rng.randn(16, 1).astype(np.float32))

net, average = Net(), Net()
for mine, other in zip(average.get_parameters(), net.get_parameters()):
    mine.copy_(other)
decay = nn.ExponentialDecayLR(0.2, 0.9, 4, is_stair=True)
optimizer = nn.SGD(net.trainable_params(), learning_rate=decay, momentum=0.9)
slow = nn.SGD(average.trainable_params(), nn.WarmUpLR(0.1, 10))
loss_fn = nn.MSELoss()


def forward(x, y):
    return loss_fn(net(x), y)


def averaged(x, y):
    return loss_fn(average(x), y)


grad_fn = mindspore.value_and_grad(forward, None, optimizer.parameters)
slow_fn = mindspore.value_and_grad(averaged, None, slow.parameters)
losses = []
for step in range(20):
    loss, grads = grad_fn(data, target)
    optimizer(grads)
    other_loss, other_grads = slow_fn(data, target)
    slow(other_grads)
    for mine, other in zip(average.get_parameters(), net.get_parameters()):
        mine.copy_(mine * 0.9 + other * 0.1)
    net.scale.copy_(net.scale * 0.99)
    losses.append(float(loss.asnumpy()) + float(other_loss.asnumpy()) + float(net.scale.asnumpy()[0]))
