"""Mixed precision with a scaler of the loss, clipping, and a network that is cast outside of the block."""

import torch
from torch import nn

net = nn.Sequential(nn.Linear(6, 12), nn.Tanh(), nn.Linear(12, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
criterion = nn.MSELoss()
scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=4)
data = torch.cos(torch.arange(20 * 5 * 6).float()).reshape(20, 5, 6)
losses = []
scales = []
net.train()
for x in data:
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.float16):  # matrices in half precision
        out = net(x)
    loss = criterion(out.float(), x[:, :3])
    scaler.scale(loss).backward()
    scaler.unscale_(optimizer)
    torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    scaler.step(optimizer)
    scaler.update()
    losses.append(loss.item())
    scales.append(scaler.get_scale())
