"""A trainer class: the step is a method, and network, optimizer and schedule are attributes."""

import torch
from torch import nn


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr, momentum=0.9)
        self.scheduler = torch.optim.lr_scheduler.StepLR(self.optimizer, step_size=5, gamma=0.5)
        self.criterion = nn.MSELoss()
        self.history = []

    def train_step(self, x, y):
        self.model.train()
        self.optimizer.zero_grad()
        prediction = self.model(x)
        loss = self.criterion(prediction, y)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.scheduler.step()
        self.history.append(prediction.mean().item())
        return loss.item()

    def fit(self, data):
        return [self.train_step(x, x.sum(dim=1, keepdim=True)) for x in data]


trainer = Trainer(nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 1)), lr=0.01)
data = torch.cos(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
losses = trainer.fit(data)
losses = [loss + mean for loss, mean in zip(losses, trainer.history)]
