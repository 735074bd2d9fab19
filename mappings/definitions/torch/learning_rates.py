"""Learning rates that are worked out of the step: PyTorch only has schedulers around an optimizer, which ask these."""

import torch


class CosineDecayLR(torch.nn.Module):
    def __init__(self, min_lr, max_lr, decay_steps):
        super().__init__()
        self.min_lr, self.max_lr, self.decay_steps = min_lr, max_lr, decay_steps

    def forward(self, global_step):
        part = torch.as_tensor(global_step, dtype=torch.float32).clamp(max=self.decay_steps) / self.decay_steps
        return self.min_lr + 0.5 * (self.max_lr - self.min_lr) * (1 + torch.cos(torch.pi * part))


class ExponentialDecayLR(torch.nn.Module):
    def __init__(self, learning_rate, decay_rate, decay_steps, is_stair=False):
        super().__init__()
        self.learning_rate, self.decay_rate = learning_rate, decay_rate
        self.decay_steps, self.is_stair = decay_steps, is_stair

    def forward(self, global_step):
        part = torch.as_tensor(global_step, dtype=torch.float32) / self.decay_steps
        return self.learning_rate * self.decay_rate ** (torch.floor(part) if self.is_stair else part)


class InverseDecayLR(torch.nn.Module):
    def __init__(self, learning_rate, decay_rate, decay_steps, is_stair=False):
        super().__init__()
        self.learning_rate, self.decay_rate = learning_rate, decay_rate
        self.decay_steps, self.is_stair = decay_steps, is_stair

    def forward(self, global_step):
        part = torch.as_tensor(global_step, dtype=torch.float32) / self.decay_steps
        return self.learning_rate / (1 + self.decay_rate * (torch.floor(part) if self.is_stair else part))


class NaturalExpDecayLR(torch.nn.Module):
    def __init__(self, learning_rate, decay_rate, decay_steps, is_stair=False):
        super().__init__()
        self.learning_rate, self.decay_rate = learning_rate, decay_rate
        self.decay_steps, self.is_stair = decay_steps, is_stair

    def forward(self, global_step):
        step = torch.as_tensor(global_step, dtype=torch.float32)
        if self.is_stair:
            step = torch.floor(step / self.decay_steps) * self.decay_steps
        return self.learning_rate * torch.exp(-self.decay_rate * step)


class PolynomialDecayLR(torch.nn.Module):
    def __init__(self, learning_rate, end_learning_rate, decay_steps, power, update_decay_steps=False):
        super().__init__()
        self.learning_rate, self.end_learning_rate = learning_rate, end_learning_rate
        self.decay_steps, self.power, self.update_decay_steps = decay_steps, power, update_decay_steps

    def forward(self, global_step):
        step, steps = torch.as_tensor(global_step, dtype=torch.float32), self.decay_steps
        if self.update_decay_steps:
            steps = steps * torch.ceil(step / steps).clamp(min=1)
        else:
            step = step.clamp(max=steps)
        return (self.learning_rate - self.end_learning_rate) * (1 - step / steps) ** self.power + self.end_learning_rate


class WarmUpLR(torch.nn.Module):
    def __init__(self, learning_rate, warmup_steps):
        super().__init__()
        self.learning_rate, self.warmup_steps = learning_rate, warmup_steps

    def forward(self, global_step):
        step = torch.as_tensor(global_step, dtype=torch.float32)
        return self.learning_rate * step.clamp(max=self.warmup_steps) / self.warmup_steps
