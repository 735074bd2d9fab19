"""A schedule of its own: warm-up, then a cosine, as a class derived from LearningRateSchedule."""

import math

import mindspore
from mindspore import nn, ops
from mindspore.nn.learning_rate_schedule import LearningRateSchedule


class WarmUpCosine(LearningRateSchedule):
    def __init__(self, peak, warm_up, total):
        super().__init__()
        self.peak = peak
        self.warm_up = warm_up
        self.total = total

    def construct(self, global_step):
        step = ops.cast(global_step, mindspore.float32)
        rising = self.peak * (step + 1) / self.warm_up
        falling = 0.5 * self.peak * (1 + ops.cos(math.pi * (step - self.warm_up) / (self.total - self.warm_up)))
        return ops.where(step < self.warm_up, rising, falling)


net = nn.SequentialCell(nn.Dense(6, 12), nn.Tanh(), nn.Dense(12, 3))
schedule = WarmUpCosine(0.2, 5, 20)
optimizer = nn.Momentum(net.trainable_params(), schedule, 0.9)
criterion = nn.MSELoss()
data = ops.cos(ops.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
losses = []
net.set_train()


def forward_fn(x, y):
    return criterion(net(x), y)


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)
for x in data:
    y = x[:, :3]
    loss, grads = grad_fn(x, y)
    optimizer(grads)
    losses.append(loss.item())
