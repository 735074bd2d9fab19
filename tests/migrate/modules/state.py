"""Containers by name, devices, seeds, frozen weights, a checkpoint that is written and read, losses over labels."""

import os
import tempfile
from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)
torch.cuda.manual_seed_all(0)
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            OrderedDict(
                [
                    ("conv", nn.Conv2d(3, 8, 3, padding=1)),
                    ("bn", nn.BatchNorm2d(8)),
                    ("act", nn.ReLU(inplace=True)),
                ]
            )
        )
        self.heads = nn.ModuleDict({"small": nn.Linear(8, 3), "large": nn.Linear(8, 5)})
        self.extra = nn.ModuleList()
        for i in range(2):
            self.extra.append(nn.Linear(8, 8))

    def forward(self, x, which="small"):
        x = self.body(x)
        x = x.mean([2, 3])
        for layer in self.extra:
            x = x + torch.tanh(layer(x))
        return self.heads[which](x)


model = Branches().to(device)
for p in model.body.parameters():
    p.requires_grad = False
model.heads["large"].weight.requires_grad_(False)
trainable = [p for p in model.parameters() if p.requires_grad]
count = sum(p.numel() for p in trainable)

x = torch.linspace(-1, 1, 2 * 3 * 8 * 8).reshape(2, 3, 8, 8).to(device)
labels = torch.tensor([0, 2], dtype=torch.long).to(device)
model.eval()
with torch.no_grad():
    before = model(x)
loss = F.cross_entropy(before, labels)
folder = tempfile.mkdtemp()
path = os.path.join(folder, "model.pth")
torch.save(model.state_dict(), path)
other = Branches().to(device)
other.load_state_dict(torch.load(path, map_location=device))
other.eval()
with torch.no_grad():
    after = other(x)
same = torch.allclose(before, after)
names = list(model.heads.keys())
large = model(x, "large")
children = dict(model.body.named_children())
losses = [loss.item(), float(same), float(count), before.sum().item(), large.sum().item(), float(len(names))]
losses += [float("conv" in children), float(model.heads["small"].in_features)]
hits = (before.argmax(dim=1) == labels).float().mean().item()
nll = nn.NLLLoss()(F.log_softmax(before, dim=1), labels)
margin = nn.MultiMarginLoss()(before, labels)
bce = nn.BCEWithLogitsLoss()(before[:, 0], labels.float() / 2)
one_hot = F.one_hot(labels, num_classes=3).float()
mse = nn.MSELoss()(before, one_hot)
kl = F.kl_div(F.log_softmax(before, 1), F.softmax(one_hot, 1), reduction="batchmean")
losses += [hits, nll.item(), margin.item(), bce.item(), mse.item(), kl.item()]
