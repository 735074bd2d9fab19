"""A small transformer in a trainer class: the gradient function is an attribute, the forward function a method."""

import mindspore
from mindspore import nn, ops


class Block(nn.Cell):
    def __init__(self, width):
        super().__init__()
        self.query = nn.Dense(width, width)
        self.key = nn.Dense(width, width)
        self.value = nn.Dense(width, width)
        self.norm = nn.LayerNorm((width,), epsilon=1e-5)
        self.feed = nn.SequentialCell(nn.Dense(width, 2 * width), nn.GELU(approximate=False), nn.Dense(2 * width, width))

    def construct(self, x):
        scores = ops.matmul(self.query(x), self.key(x).swapaxes(1, 2)) / 8**0.5
        x = self.norm(x + ops.matmul(ops.softmax(scores, axis=-1), self.value(x)))
        return x + self.feed(x)


class Trainer:
    def __init__(self, network, optimizer):
        self.network = network
        self.optimizer = optimizer
        self.loss_fn = nn.MSELoss()
        self.grad_fn = mindspore.value_and_grad(self.forward_fn, None, self.optimizer.parameters, has_aux=True)

    def forward_fn(self, x, y):
        out = self.network(x)
        return self.loss_fn(out, y), out

    def train_step(self, x, y):
        (loss, out), grads = self.grad_fn(x, y)
        self.optimizer(grads)
        return loss, out.mean()

    def train(self, data, target):
        self.network.set_train(True)
        found = []
        for x in data:
            loss, mean = self.train_step(x, target)
            found.append(loss.item() + mean.item())
        return found


network = nn.SequentialCell(Block(8), Block(8))
trainer = Trainer(network, nn.Adam(network.trainable_params(), learning_rate=1e-3, weight_decay=1e-4))
data = ops.sin(ops.arange(0, 20 * 2 * 4 * 8).astype(mindspore.float32)).reshape(20, 2, 4, 8)
losses = trainer.train(data, ops.zeros((2, 4, 8), mindspore.float32))
