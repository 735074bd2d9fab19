"""Each update takes the gradients of three small batches; the next batch is fetched while the last one is worked on."""

import torch
import torch.nn.functional as F
from torch import nn

net = nn.Sequential(nn.Linear(6, 12), nn.GELU(), nn.Linear(12, 3))
optimizer = torch.optim.AdamW(net.parameters(), lr=1e-2, betas=(0.9, 0.95))
data = torch.sin(torch.arange(61 * 4 * 6).float()).reshape(61, 4, 6)
labels = torch.arange(61 * 4).reshape(61, 4) % 3
device = "cuda" if torch.cuda.is_available() else "cpu"
micro_steps = 3
losses = []


def batches():
    for x, y in zip(data, labels):
        yield x.to(device), y.to(device)


source = batches()
net.to(device)
net.train()
x, y = next(source)
for number in range(20):
    for param_group in optimizer.param_groups:
        param_group["lr"] = 1e-2 / (1 + number)
    for micro_step in range(micro_steps):
        logits = net(x)
        loss = F.cross_entropy(logits, y)
        loss = loss / micro_steps
        x, y = next(source)
        loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    losses.append(loss.item() * micro_steps)
