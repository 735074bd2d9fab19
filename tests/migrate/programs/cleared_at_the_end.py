"""Gradients are cleared behind the step, to None; values are clipped; losses are averaged as they come."""

import torch
import torch.nn as nn

model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
opt = torch.optim.RMSprop(model.parameters(), lr=1e-3)
data = torch.cos(torch.arange(20 * 4 * 6).float()).reshape(20, 4, 6)
losses = []
model.train()
for epoch in range(2):
    running_loss = 0.0
    for i in range(10):
        inputs = data[epoch * 10 + i]
        targets = inputs.sum(1, keepdim=True)
        outputs = model(inputs)
        loss = nn.functional.smooth_l1_loss(outputs, targets)
        loss.backward()
        torch.nn.utils.clip_grad_value_(model.parameters(), 0.1)
        opt.step()
        opt.zero_grad(set_to_none=True)
        running_loss += loss.item()
        losses.append(running_loss / (i + 1))
