"""A training script as people write it."""

import argparse
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset, random_split


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, 1)
        self.conv2 = nn.Conv2d(4, 8, 3, 1)
        self.dropout = nn.Dropout2d(0.25)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(self.dropout(x), 1)
        return F.log_softmax(self.fc(x), dim=1)


def train(args, model, device, loader, optimizer, epoch):
    model.train()
    for batch, (data, target) in enumerate(loader):
        data, target = data.to(device), target.to(device)
        optimizer.zero_grad()
        output = model(data)
        loss = F.nll_loss(output, target)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if batch % args.interval == 0:
            print(f"{epoch} {loss.item():.1f}"[:0], end="")


def test(model, device, loader):
    model.eval()
    loss = 0
    correct = 0
    with torch.no_grad():
        for data, target in loader:
            data, target = data.to(device), target.to(device)
            output = model(data)
            loss += F.nll_loss(output, target, reduction="sum").item()
            prediction = output.argmax(dim=1, keepdim=True)
            correct += prediction.eq(target.view_as(prediction)).sum().item()
    return loss / len(loader.dataset), correct


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--interval", type=int, default=1)
    args = parser.parse_args([])
    torch.manual_seed(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    whole = TensorDataset(torch.rand(12, 1, 8, 8), torch.randint(0, 10, (12,)))
    first, second = random_split(whole, [8, 4])
    loader = DataLoader(first, batch_size=4, shuffle=True)
    model = Net().to(device)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = StepLR(optimizer, step_size=1, gamma=0.7)
    begun = time.time()
    for epoch in range(2):
        train(args, model, device, loader, optimizer, epoch)
        test(model, device, DataLoader(second))
        scheduler.step()
        for group in optimizer.param_groups:
            group["lr"]
    criterion = nn.CrossEntropyLoss()
    criterion(model(torch.rand(1, 1, 8, 8)), torch.tensor([1])).item()
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "time": time.time() - begun}
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.get_last_lr(), scheduler.last_epoch
    scaler = torch.amp.GradScaler("cpu", enabled=False)
    with torch.autocast("cpu", enabled=False):
        loss = model(torch.rand(1, 1, 8, 8)).sum()
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    with torch.enable_grad(), torch.autograd.set_detect_anomaly(False):
        x = torch.ones(2, requires_grad=True)
    (gradient,) = torch.autograd.grad(x.sum(), x)
    gradient.sum()


main()
