"""Model trains over batches of a source, and LossMonitor prints."""

import mindspore.dataset as ds
import numpy as np
from mindspore import nn
from mindspore.train import LossMonitor, Model


class Waves:
    def __init__(self, count):
        self.data = np.sin(np.arange(count * 6, dtype=np.float32)).reshape(count, 6)
        self.label = np.arange(count, dtype=np.int32) % 3

    def __getitem__(self, index):
        return self.data[index], self.label[index]

    def __len__(self):
        return len(self.data)


losses = []


class Recorded(nn.Cell):
    def __init__(self):
        super().__init__()
        self.loss = nn.CrossEntropyLoss()

    def construct(self, logits, labels):
        loss = self.loss(logits, labels)
        losses.append(loss)
        return loss


dataset = ds.GeneratorDataset(Waves(40), ["data", "label"], shuffle=False).batch(4)
net = nn.SequentialCell(nn.Dense(6, 8), nn.ReLU(), nn.Dense(8, 3))
optimizer = nn.Momentum(net.trainable_params(), learning_rate=0.1, momentum=0.9)
model = Model(net, loss_fn=Recorded(), optimizer=optimizer)
model.train(2, dataset, callbacks=[LossMonitor(5)])
