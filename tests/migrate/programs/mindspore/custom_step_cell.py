"""A class of its own derived from TrainOneStepCell, with the gradient operation that it inherits and clipping."""

import mindspore as ms
from mindspore import nn, ops


class LossCell(nn.Cell):
    def __init__(self, backbone):
        super().__init__(auto_prefix=False)
        self.backbone = backbone
        self.mse = nn.MSELoss()

    def construct(self, x, y):
        return self.mse(self.backbone(x), y)


class ClippedStep(nn.TrainOneStepCell):
    def __init__(self, network, optimizer, limit):
        super().__init__(network, optimizer)
        self.limit = limit

    def construct(self, x, y):
        loss = self.network(x, y)
        sens = ops.fill(loss.dtype, loss.shape, self.sens)
        grads = self.grad(self.network, self.weights)(x, y, sens)
        grads = self.grad_reducer(grads)
        grads = ops.clip_by_global_norm(grads, self.limit)
        loss = ops.depend(loss, self.optimizer(grads))
        return loss


net = nn.Dense(6, 2)
step = ClippedStep(LossCell(net), nn.SGD(net.trainable_params(), learning_rate=0.1), 0.5)
step.set_train()
data = ops.sin(ops.arange(0, 20 * 4 * 6).astype(ms.float32)).reshape(20, 4, 6)
target = ops.ones((4, 2), ms.float32)
losses = [float(step(x, target)) for x in data]
