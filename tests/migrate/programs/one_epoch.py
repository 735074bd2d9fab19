"""A function that trains for one epoch and one that evaluates; accuracy is counted from the outputs."""

import torch
from torch import nn


def train_one_epoch(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total_loss, correct, seen = 0.0, 0, 0
    for inputs, targets in loader:
        inputs, targets = inputs.to(device), targets.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * inputs.size(0)
        correct += (outputs.argmax(dim=1) == targets).sum().item()
        seen += targets.size(0)
    return total_loss / seen, correct / seen


@torch.no_grad()
def evaluate(model, loader, criterion):
    model.eval()
    return sum(criterion(model(inputs), targets).item() for inputs, targets in loader)


model = nn.Sequential(nn.Linear(6, 12), nn.ReLU(), nn.Linear(12, 3))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
data = torch.sin(torch.arange(3 * 5 * 6).float()).reshape(3, 5, 6)
loader = [(x, torch.arange(5) % 3) for x in data]
losses = []
for epoch in range(10):
    loss, accuracy = train_one_epoch(model, loader, criterion, optimizer)
    losses += [loss + accuracy, evaluate(model, loader, criterion)]
