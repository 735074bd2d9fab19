"""A recurrent network whose gradients are clipped by their norm."""

import mindspore as ms
from mindspore import nn, ops


class Tagger(nn.Cell):
    def __init__(self, vocabulary, hidden):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 8)
        self.lstm = nn.LSTM(8, hidden, batch_first=True)
        self.head = nn.Dense(hidden, 3)

    def construct(self, tokens):
        outputs, _ = self.lstm(self.embedding(tokens))
        return self.head(outputs)


net = Tagger(11, 6)
criterion = nn.CrossEntropyLoss()
optimizer = nn.Momentum(net.trainable_params(), 0.05, 0.9)
tokens = (ops.arange(0, 20 * 2 * 5) * 7 % 11).reshape(20, 2, 5)
tags = (ops.arange(0, 2 * 5) % 3).astype(ms.int32)


def forward(x):
    logits = net(x).reshape(-1, 3)
    return criterion(logits, tags)


grad_fn = ms.value_and_grad(forward, grad_position=None, weights=net.trainable_params())
losses = []
net.set_train()
for x in tokens:
    loss, grads = grad_fn(x)
    grads = ops.clip_by_global_norm(grads, 0.25)
    optimizer(grads)
    losses.append(loss.asnumpy().item())
