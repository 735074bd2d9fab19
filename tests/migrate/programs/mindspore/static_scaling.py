"""A fixed scale of the loss, gradients clipped behind it, and half precision by a function of its own."""

import mindspore
from mindspore import amp, nn, ops

net = nn.SequentialCell(nn.Dense(6, 12), nn.Tanh(), nn.Dense(12, 3))
optimizer = nn.Momentum(net.trainable_params(), 0.05, 0.9)
criterion = nn.MSELoss()
scaler = amp.StaticLossScaler(scale_value=512)
data = ops.cos(ops.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
losses = []
net.set_train()


def predict(x):
    return net(x)


predict = amp.auto_mixed_precision(predict, "auto", mindspore.float16)


def forward_fn(x, y):
    loss = criterion(predict(x), y)
    return scaler.scale(loss), loss


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
for x in data:
    y = x[:, :3]
    (_, loss), grads = grad_fn(x, y)
    grads = scaler.unscale(grads)
    grads = ops.clip_by_global_norm(grads, 0.5)
    optimizer(grads)
    losses.append(loss.item())
