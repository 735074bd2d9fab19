"""Model trains over batches of a source; losses and times are printed, and the last checkpoints are kept."""

import pathlib
import tempfile

import mindspore.dataset as ds
import numpy as np
from mindspore import nn
from mindspore.train import CheckpointConfig, LossMonitor, Model, ModelCheckpoint, TimeMonitor


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
config = CheckpointConfig(save_checkpoint_steps=3, keep_checkpoint_max=2)
with tempfile.TemporaryDirectory() as folder:
    model.train(2, dataset, callbacks=[LossMonitor(5), TimeMonitor(), ModelCheckpoint("waves", folder, config)])
    kept = sorted(path.name for path in pathlib.Path(folder).glob("*.ckpt"))
assert kept == ["waves-2_10.ckpt", "waves-2_8.ckpt"], kept
