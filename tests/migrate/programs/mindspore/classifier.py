"""The step of MindSpore's beginner tutorial: a forward function, value_and_grad with auxiliary results, a step function."""

import mindspore
from mindspore import nn, ops


class Network(nn.Cell):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.dense_relu_sequential = nn.SequentialCell(nn.Dense(8 * 8, 32), nn.ReLU(), nn.Dense(32, 10))

    def construct(self, x):
        x = self.flatten(x)
        return self.dense_relu_sequential(x)


model = Network()
loss_fn = nn.CrossEntropyLoss()
optimizer = nn.SGD(model.trainable_params(), 1e-1)
images = ops.sin(ops.arange(0, 20 * 4 * 64).astype(mindspore.float32)).reshape(20, 4, 1, 8, 8)
labels = mindspore.Tensor([3, 1, 4, 1], mindspore.int32)
losses = []


# Define the forward function
def forward_fn(data, label):
    logits = model(data)
    loss = loss_fn(logits, label)
    return loss, logits


# Get the gradient function
grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)


# One step of training
def train_step(data, label):
    (loss, _), grads = grad_fn(data, label)
    optimizer(grads)
    return loss


def train(model, batches):
    model.set_train()
    for image in batches:
        loss = train_step(image, labels)
        losses.append(float(loss.asnumpy()))


train(model, images)
