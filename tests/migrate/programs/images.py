"""Pictures of shapes: transforms of torchvision, a data set, a loader, and a small convolutional network."""

import numpy as np
import torch
import torch.nn as nn
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms


def drawn(number):
    """A bright square or a bright cross on a dim pattern."""
    pixels = (np.arange(20 * 24 * 3) * (number + 3) % 61).astype(np.uint8).reshape(20, 24, 3)
    if number % 2:
        pixels[6:14, 8:16] = 220
    else:
        pixels[9:11, :] = 220
        pixels[:, 11:13] = 220
    return Image.fromarray(pixels)


class Shapes(Dataset):
    def __init__(self, count, transform=None):
        self.images = [drawn(number) for number in range(count)]
        self.labels = [number % 2 for number in range(count)]
        self.transform = transform

    def __len__(self):
        return len(self.images)

    def __getitem__(self, idx):
        image, label = self.images[idx], self.labels[idx]
        if self.transform is not None:
            image = self.transform(image)
        return image, label


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Linear(6 * 8 * 8, 2)

    def forward(self, x):
        return self.head(torch.flatten(self.features(x), 1))


def train(model, loader, optimizer, criterion, losses):
    model.train()
    seen = 0
    for step, (images, labels) in enumerate(loader):
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        seen += len(images)
        if step + 1 == len(loader):
            print(f"{seen} of {len(loader.dataset)}")


prepare = transforms.Compose(
    [
        transforms.Resize(18),
        transforms.CenterCrop(16),
        transforms.RandomHorizontalFlip(p=1.0),
        transforms.ToTensor(),
        transforms.Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
    ]
)
train_loader = DataLoader(Shapes(20, transform=prepare), batch_size=4, shuffle=False, num_workers=0, pin_memory=True)
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
criterion = nn.CrossEntropyLoss()
losses = []
for epoch in range(4):
    train(net, train_loader, optimizer, criterion, losses)
