"""A critic whose gradient with respect to its input is held near 1."""

import torch
from torch import nn

critic = nn.Sequential(nn.Linear(3, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.9))
reals = torch.sin(torch.arange(20 * 8 * 3).float()).reshape(20, 8, 3)
fakes = torch.cos(torch.arange(20 * 8 * 3).float()).reshape(20, 8, 3)
losses = []
critic.train()
for real, fake in zip(reals, fakes):
    optimizer.zero_grad()
    mixed = (0.3 * real + 0.7 * fake).requires_grad_(True)
    scores = critic(mixed)
    gradients = torch.autograd.grad(
        outputs=scores, inputs=mixed, grad_outputs=torch.ones_like(scores), create_graph=True, retain_graph=True
    )[0]
    penalty = ((gradients.norm(2, dim=1) - 1) ** 2).mean()
    loss = critic(fake).mean() - critic(real).mean() + 10.0 * penalty
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
