"""Pictures through the steps of a pipeline: resized, cropped, normalized, labels cast; a function that builds it."""

import mindspore
import mindspore.dataset as ds
import numpy as np
from mindspore import nn
from mindspore.dataset import transforms, vision


class Shapes:
    """A bright square or a bright cross on a dim pattern."""

    def __init__(self, count):
        self.count = count

    def __getitem__(self, index):
        index = int(index)
        pixels = (np.arange(20 * 24 * 3) * (index + 3) % 61).astype(np.uint8).reshape(20, 24, 3)
        if index % 2:
            pixels[6:14, 8:16] = 220
        else:
            pixels[9:11, :] = 220
            pixels[:, 11:13] = 220
        return pixels, index % 2

    def __len__(self):
        return self.count


def datapipe(source, batch_size):
    image_transforms = [
        vision.Resize((18, 21)),
        vision.CenterCrop(16),
        vision.RandomHorizontalFlip(prob=1.0),
        vision.Rescale(1.0 / 255.0, 0),
        vision.Normalize(mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25)),
        vision.HWC2CHW(),
    ]
    dataset = ds.GeneratorDataset(source, ["image", "label"], shuffle=False)
    dataset = dataset.map(image_transforms, "image")
    dataset = dataset.map(transforms.TypeCast(mindspore.int32), "label")
    return dataset.batch(batch_size, drop_remainder=True)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.features = nn.SequentialCell(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2, 2))
        self.head = nn.Dense(6 * 8 * 8, 2)

    def construct(self, x):
        return self.head(self.features(x).reshape(x.shape[0], -1))


net = Net()
optimizer = nn.Momentum(net.trainable_params(), 0.01, 0.9)
criterion = nn.CrossEntropyLoss()
dataset = datapipe(Shapes(22), 4)
losses = []
net.set_train()


def forward_fn(image, label):
    return criterion(net(image), label)


grad_fn = mindspore.value_and_grad(forward_fn, None, net.trainable_params())
for epoch in range(4):
    for batch in dataset.create_dict_iterator():
        loss, grads = grad_fn(batch["image"], batch["label"])
        optimizer(grads)
        losses.append(float(loss))
print(dataset.get_dataset_size(), dataset.get_col_names())
