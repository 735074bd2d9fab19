"""The mixed precision of MindSpore's tutorial: a lowered network, a loss scaler, and a step only if all is finite."""

import mindspore
from mindspore import nn, ops
from mindspore.amp import DynamicLossScaler, all_finite, auto_mixed_precision


class Network(nn.Cell):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.dense_relu_sequential = nn.SequentialCell(nn.Dense(8 * 8, 32), nn.ReLU(), nn.Dense(32, 10))

    def construct(self, x):
        x = self.flatten(x)
        return self.dense_relu_sequential(x)


model = auto_mixed_precision(Network(), "O2")
loss_fn = nn.CrossEntropyLoss()
optimizer = nn.SGD(model.trainable_params(), 5e-2)
loss_scaler = DynamicLossScaler(scale_value=2**18, scale_factor=2, scale_window=5)  # too much at first
images = ops.sin(ops.arange(0, 20 * 4 * 64).astype(mindspore.float32)).reshape(20, 4, 1, 8, 8)
labels = mindspore.Tensor([3, 1, 4, 1], mindspore.int32)
losses = []
scales = []


def forward_fn(data, label):
    logits = model(data)
    loss = loss_fn(logits, label)
    # scale up the loss
    loss = loss_scaler.scale(loss)
    return loss, logits


grad_fn = mindspore.value_and_grad(forward_fn, None, model.trainable_params(), has_aux=True)


def train_step(data, label):
    (loss, _), grads = grad_fn(data, label)
    loss = loss_scaler.unscale(loss)

    is_finite = all_finite(grads)
    if is_finite:
        grads = loss_scaler.unscale(grads)
        optimizer(grads)  # only then
    loss_scaler.adjust(is_finite)
    return loss


model.set_train()
for image in images:
    losses.append(float(train_step(image, labels)))
    scales.append(float(loss_scaler.scale_value.asnumpy()))
assert len(set(scales)) > 1
