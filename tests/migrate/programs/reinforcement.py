"""REINFORCE on a small walk; actions are drawn from fixed numbers."""

import torch
from torch import nn

policy = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
optimizer = torch.optim.Adam(policy.parameters(), lr=1e-2)
draws = [((7 * k) % 11) / 11 for k in range(20 * 6)]
losses = []
policy.train()
for episode in range(20):
    log_probs = []
    rewards = []
    position = 0.0
    for t in range(6):
        state = torch.tensor([position, t / 6.0])
        log_p = torch.log_softmax(policy(state), dim=0)
        action = int(draws[episode * 6 + t] < torch.exp(log_p)[1].item())
        position += 1.0 if action == 1 else -1.0
        log_probs.append(log_p[action])
        rewards.append(-abs(position - 2.0))
    total = 0.0
    returns = []
    for reward in reversed(rewards):
        total = reward + 0.9 * total
        returns.insert(0, total)
    loss = -(torch.stack(log_probs) * torch.tensor(returns)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
