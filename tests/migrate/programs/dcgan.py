"""The loop of the DCGAN tutorial: two backward passes before one step, names used again, metrics in between."""

import torch
from torch import nn

netG = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
netD = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1), nn.Sigmoid())
criterion = nn.BCELoss()
optimizerD = torch.optim.Adam(netD.parameters(), lr=1e-3, betas=(0.5, 0.999))
optimizerG = torch.optim.Adam(netG.parameters(), lr=1e-3, betas=(0.5, 0.999))
reals = torch.sin(torch.arange(20 * 8 * 2).float()).reshape(20, 8, 2)
noises = torch.cos(torch.arange(20 * 8 * 4).float()).reshape(20, 8, 4)
losses = []
for i, real in enumerate(reals):
    ############################
    # (1) Update D network
    ###########################
    # train with real
    netD.zero_grad()
    label = torch.full((8,), 1.0)
    output = netD(real).view(-1)
    errD_real = criterion(output, label)
    errD_real.backward()
    D_x = output.mean().item()

    # train with fake
    noise = noises[i]
    fake = netG(noise)
    label = torch.zeros(8)
    output = netD(fake.detach()).view(-1)
    errD_fake = criterion(output, label)
    errD_fake.backward()
    D_G_z1 = output.mean().item()
    errD = errD_real + errD_fake
    optimizerD.step()

    # (2) Update G network
    netG.zero_grad()
    label = torch.ones(8)  # fake labels are real for generator cost
    output = netD(fake).view(-1)
    errG = criterion(output, label)
    errG.backward()
    D_G_z2 = output.mean().item()
    optimizerG.step()
    losses.append(errD.item() + errG.item() + D_x + D_G_z1 + D_G_z2)
