"""Schedules of the learning rate: what MindSpore lacks of PyTorch."""

import mindspore


class CyclicRates:
    """Learning rates that go up and down between two bounds, and momentum the other way."""

    def __init__(
        self,
        optimizer,
        base_lr,
        max_lr,
        step_size_up=2000,
        step_size_down=None,
        mode="triangular",
        gamma=1.0,
        scale_fn=None,
        scale_mode="cycle",
        cycle_momentum=True,
        base_momentum=0.8,
        max_momentum=0.9,
    ):
        self.optimizer, self.cycle_momentum, self.last_epoch = optimizer, cycle_momentum, -1
        self.period = step_size_up + (step_size_up if step_size_down is None else step_size_down)
        self.turn = step_size_up / self.period
        scales = {"triangular": lambda x: 1.0, "triangular2": lambda x: 0.5 ** (x - 1), "exp_range": lambda x: gamma**x}
        self.scale = scale_fn or scales[mode]
        self.by_cycle = scale_mode == "cycle" if scale_fn else mode != "exp_range"
        self.lows, self.highs = self._each(base_lr), self._each(max_lr)
        self.light, self.heavy = self._each(base_momentum), self._each(max_momentum)
        self.step()

    def _each(self, value):
        return list(value) if isinstance(value, (list, tuple)) else [value] * len(self.optimizer.param_groups)

    def step(self):
        self.last_epoch += 1
        cycle = 1 + self.last_epoch // self.period
        place = self.last_epoch / self.period - (cycle - 1)
        height = place / self.turn if place <= self.turn else (1 - place) / (1 - self.turn)
        height *= self.scale(cycle if self.by_cycle else self.last_epoch)
        bounds = zip(self.optimizer.param_groups, self.lows, self.highs, self.light, self.heavy)
        for group, low, high, light, heavy in bounds:
            mindspore.ops.assign(group["lr"], low + (high - low) * height)
            momentum = heavy - (heavy - light) * height
            if self.cycle_momentum and "betas" in group:
                group["betas"] = (momentum, *group["betas"][1:])
            elif self.cycle_momentum:
                group["momentum"] = momentum

    def get_last_lr(self):
        return [float(group["lr"]) for group in self.optimizer.param_groups]


class ChainedSchedules:
    """Several schedules of one optimizer, stepped together."""

    def __init__(self, schedulers, optimizer=None):
        self.schedulers = list(schedulers)
        self.optimizer = optimizer or self.schedulers[0].optimizer

    def step(self):
        for one in self.schedulers:
            one.step()

    def get_last_lr(self):
        return [float(group["lr"]) for group in self.optimizer.param_groups]


class OneCycle:
    """One cycle of the learning rate up and down, and of the momentum the other way."""

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
    ):
        self.optimizer = optimizer
        self.total = total_steps or epochs * steps_per_epoch
        self.peaks = max_lr if isinstance(max_lr, (list, tuple)) else [max_lr] * len(optimizer.param_groups)
        self.cosine, self.cycle_momentum, self.last_epoch = anneal_strategy == "cos", cycle_momentum, -1
        up, low = pct_start * self.total - 1, 1 / div_factor
        self.ends = [up, 2 * up, self.total - 1] if three_phase else [up, self.total - 1]
        self.rates = [low, 1.0, *([low] if three_phase else []), low / final_div_factor]
        self.momenta = [max_momentum, base_momentum, max_momentum, max_momentum]
        self.step()

    def _at(self, marks):
        import math

        last = self.ends[-1]
        number = next(n for n, stop in enumerate(self.ends) if self.last_epoch <= stop or stop == last)
        start, stop = self.ends[number - 1] if number else 0.0, self.ends[number]
        part = (self.last_epoch - start) / (stop - start)
        part = (1 - math.cos(math.pi * part)) / 2 if self.cosine else part
        return marks[number] + (marks[number + 1] - marks[number]) * part

    def step(self):
        self.last_epoch += 1
        if self.last_epoch > self.total:
            raise ValueError(f"step {self.last_epoch} of a cycle of {self.total}")
        for group, peak in zip(self.optimizer.param_groups, self.peaks):
            mindspore.ops.assign(group["lr"], peak * self._at(self.rates))
            if self.cycle_momentum and "betas" in group:
                group["betas"] = (self._at(self.momenta), *group["betas"][1:])
            elif self.cycle_momentum:
                group["momentum"] = self._at(self.momenta)

    def get_last_lr(self):
        return [float(group["lr"]) for group in self.optimizer.param_groups]
