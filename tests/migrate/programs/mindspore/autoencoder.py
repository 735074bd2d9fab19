"""Reconstruction: the forward function stands in the function that trains, and gives the loss alone."""

import mindspore as ms
from mindspore import nn, ops


class AutoEncoder(nn.Cell):
    def __init__(self):
        super().__init__()
        self.encoder = nn.SequentialCell([nn.Dense(12, 6), nn.Tanh(), nn.Dense(6, 2)])
        self.decoder = nn.SequentialCell([nn.Dense(2, 6), nn.Tanh(), nn.Dense(6, 12)])

    def construct(self, x):
        return self.decoder(self.encoder(x))


def fit(net, data):
    optimizer = nn.Adam(net.trainable_params(), learning_rate=1e-2)
    net.set_train(True)
    losses = []

    def forward(batch):
        return ops.mse_loss(net(batch), batch)

    grad_fn = ms.value_and_grad(forward, None, net.trainable_params())
    for batch in data:
        loss, grads = grad_fn(batch)
        optimizer(grads)
        losses.append(loss.item())
    net.set_train(False)
    return losses


data = ops.cos(ops.arange(0, 20 * 5 * 12).astype(ms.float32)).reshape(20, 5, 12)
losses = fit(AutoEncoder(), data)
