"""A detection head with two losses: where, and what."""

import torch
from torch import nn


class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.classes = nn.Conv2d(8, 4, 1)
        self.boxes = nn.Conv2d(8, 4, 1)

    def forward(self, x: torch.Tensor):
        features = torch.relu(self.conv(x))
        return self.classes(features), self.boxes(features)


head = Head()
optimizer = torch.optim.SGD(head.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
images = torch.sin(torch.arange(20 * 2 * 3 * 6 * 6).float()).reshape(20, 2, 3, 6, 6)
boxes = torch.cos(torch.arange(2 * 4 * 6 * 6).float()).reshape(2, 4, 6, 6)
classes = torch.arange(2 * 6 * 6).reshape(2, 6, 6) % 4
class_loss = nn.CrossEntropyLoss()
box_loss = nn.SmoothL1Loss()
losses = []
history = {"class": [], "box": []}
head.train()
for step in range(20):
    optimizer.zero_grad()
    logits, deltas = head(images[step])
    loss_class = class_loss(logits, classes)
    loss_box = box_loss(deltas, boxes)
    loss = loss_class + 2.0 * loss_box
    loss.backward()
    optimizer.step()
    history["class"].append(loss_class.item())
    history["box"].append(loss_box.item())
    losses.append(loss.item())
