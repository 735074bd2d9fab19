"""A generator and a discriminator with an optimizer each; the fake is detached for the discriminator."""

import torch
from torch import nn

generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
discriminator = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
criterion = nn.BCEWithLogitsLoss()
optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))
noise = torch.cos(torch.arange(20 * 8 * 4).float()).reshape(20, 8, 4)
reals = torch.sin(torch.arange(20 * 8 * 2).float()).reshape(20, 8, 2)
ones = torch.ones(8, 1)
zeros = torch.zeros(8, 1)
losses = []
generator.train()
discriminator.train()
for step in range(20):
    z = noise[step]
    real = reals[step]

    # discriminator
    optimizer_d.zero_grad()
    fake = generator(z)
    loss_real = criterion(discriminator(real), ones)
    loss_fake = criterion(discriminator(fake.detach()), zeros)
    loss_d = (loss_real + loss_fake) / 2
    loss_d.backward()
    optimizer_d.step()

    # generator
    optimizer_g.zero_grad()
    loss_g = criterion(discriminator(fake), ones)
    loss_g.backward()
    optimizer_g.step()

    losses.append(loss_d.item() + loss_g.item())
