"""MindSpore: training as people write it, by functions and by cells."""

import mindspore as ms
import numpy as np
from mindspore import Model, Tensor, dataset, nn, ops
from mindspore.train import LossMonitor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.body = nn.SequentialCell(nn.Dense(16, 8), nn.ReLU(), nn.Dense(8, 3))

    def construct(self, x):
        return self.body(self.flatten(x))


def batches():
    for _ in range(2):
        yield ops.ones((4, 4, 4), ms.float32), Tensor([0, 1, 2, 0], ms.int32)


def train(net, loss_fn, optimizer):
    def forward(data, label):
        logits = net(data)
        return loss_fn(logits, label), logits

    step = ms.value_and_grad(forward, None, optimizer.parameters, has_aux=True)
    net.set_train()
    for data, label in batches():
        (loss, logits), gradients = step(data, label)
        gradients = ops.clip_by_global_norm(gradients, 1.0)
        optimizer(gradients)
        loss.asnumpy(), logits.argmax(1)
        for gradient in gradients:
            gradient.abs().max()


def test(net, loss_fn):
    net.set_train(False)
    total, correct = 0, 0
    for data, label in batches():
        prediction = net(data)
        total += loss_fn(prediction, label).asnumpy()
        correct += (prediction.argmax(1) == label).astype(ms.float32).sum().asnumpy()
    return total, correct


ms.set_seed(1)
ms.set_context(mode=ms.PYNATIVE_MODE)
net = Net()
loss_fn = nn.CrossEntropyLoss()
optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
train(net, loss_fn, optimizer)
test(net, loss_fn)
optimizer.get_lr(), optimizer.parameters, optimizer.learning_rate
rates = nn.cosine_decay_lr(0.01, 0.1, 4, 2, 2)
momentum = nn.Momentum(net.trainable_params(), rates, 0.9)
whole = nn.TrainOneStepCell(nn.WithLossCell(net, loss_fn), momentum)
whole.set_train()
whole(ops.ones((4, 4, 4), ms.float32), Tensor([0, 1, 2, 0], ms.int32)).asnumpy()
data = dataset.NumpySlicesDataset({"x": np.ones((4, 4, 4), np.float32), "y": np.zeros(4, np.int32)}, shuffle=False)
data = data.batch(2)
for x, y in data.create_tuple_iterator():
    net(x).sum(), y.shape
for row in data.create_dict_iterator():
    row["x"].shape
gradient = ops.grad(lambda x: (x * x).sum())(ops.ones((2,), ms.float32))
gradient.asnumpy()
model = Model(net, loss_fn, momentum)
model.predict(ops.ones((4, 4, 4), ms.float32)).asnumpy()
state = net.parameters_dict()
ms.load_param_into_net(net, state)
LossMonitor(1)
