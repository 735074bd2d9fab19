"""Several steps of a critic for each step of the generator; weights of the critic are clamped."""

import torch
from torch import nn

generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
critic = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
optimizer_g = torch.optim.RMSprop(generator.parameters(), lr=5e-4)
optimizer_c = torch.optim.RMSprop(critic.parameters(), lr=5e-4)
noise = torch.cos(torch.arange(20 * 2 * 8 * 4).float()).reshape(20, 2, 8, 4)
reals = torch.sin(torch.arange(20 * 8 * 2).float()).reshape(20, 8, 2)
losses = []
generator.train()
critic.train()
for step in range(20):
    for k in range(2):
        optimizer_c.zero_grad()
        with torch.no_grad():
            fake = generator(noise[step, k])
        loss_c = critic(fake).mean() - critic(reals[step]).mean()
        loss_c.backward()
        optimizer_c.step()
        for p in critic.parameters():
            p.data.clamp_(-0.3, 0.3)
    optimizer_g.zero_grad()
    loss_g = -critic(generator(noise[step, 0])).mean()
    loss_g.backward()
    optimizer_g.step()
    losses.append(loss_c.item() + loss_g.item())
