"""A source of its own in batches, read as the tutorial does: its size, and an iterator for each epoch."""

import mindspore
import mindspore.dataset as ds
import numpy as np
from mindspore import nn


class Waves:
    def __init__(self, count):
        self.data = np.sin(np.arange(count * 6, dtype=np.float32)).reshape(count, 6)
        self.label = np.arange(count, dtype=np.int32) % 3

    def __getitem__(self, index):
        return self.data[index], self.label[index]

    def __len__(self):
        return len(self.data)


def train_loop(model, dataset, losses):
    size = dataset.get_dataset_size()
    model.set_train()
    for batch, (data, label) in enumerate(dataset.create_tuple_iterator()):
        loss = train_step(data, label)
        losses.append(float(loss.asnumpy()))
        if batch + 1 == size:
            print(f"{size} batches of {dataset.get_batch_size()}")


train_dataset = ds.GeneratorDataset(Waves(38), column_names=["data", "label"], shuffle=False)
train_dataset = train_dataset.batch(4)
model = nn.Dense(6, 3)
loss_fn = nn.CrossEntropyLoss()
optimizer = nn.SGD(model.trainable_params(), learning_rate=0.1)


def forward_fn(data, label):
    logits = model(data)
    loss = loss_fn(logits, label)
    return loss, logits


grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)


def train_step(data, label):
    (loss, _), grads = grad_fn(data, label)
    optimizer(grads)
    return loss


losses = []
for epoch in range(2):
    train_loop(model, train_dataset, losses)
