"""WithLossCell and TrainOneStepCell."""

import mindspore as ms
from mindspore import nn, ops

net = nn.SequentialCell(nn.Conv2d(1, 4, 3, has_bias=True), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dense(4 * 36, 3))
loss_fn = nn.CrossEntropyLoss()
optimizer = nn.Momentum(net.trainable_params(), learning_rate=0.05, momentum=0.9)
net_with_loss = nn.WithLossCell(net, loss_fn)
train_net = nn.TrainOneStepCell(net_with_loss, optimizer)
train_net.set_train()
images = ops.cos(ops.arange(0, 20 * 2 * 36).astype(ms.float32)).reshape(20, 2, 1, 6, 6)
labels = ms.Tensor([0, 2], ms.int32)
losses = []
for x in images:
    loss = train_net(x, labels)
    losses.append(loss.asnumpy().item())
