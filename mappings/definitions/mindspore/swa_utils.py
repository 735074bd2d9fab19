"""Averaged weights: what MindSpore lacks of PyTorch."""

import mindspore


class AveragedCell(mindspore.nn.Cell):
    """A copy of a network whose weights are averages of the weights that update_parameters is shown."""

    def __init__(self, model, avg_fn=None, multi_avg_fn=None, use_buffers=False):
        import copy

        super().__init__()
        self.module = copy.deepcopy(model)
        self.n_averaged = 0
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def construct(self, *inputs):
        return self.module(*inputs)

    def update_parameters(self, model):
        pairs = list(zip(self.module.get_parameters(), model.get_parameters()))
        averaged = [(mine, new) for mine, new in pairs if new.requires_grad or self.use_buffers]
        for mine, new in pairs:
            if self.n_averaged == 0 or not (new.requires_grad or self.use_buffers):
                mine.set_data(new.value())
        if self.n_averaged and self.multi_avg_fn is not None:
            self.multi_avg_fn([mine for mine, _ in averaged], [new for _, new in averaged], self.n_averaged)
        elif self.n_averaged:
            for mine, new in averaged:
                share = 1 / (self.n_averaged + 1)
                value = mine + (new - mine) * share if self.avg_fn is None else self.avg_fn(mine, new, self.n_averaged)
                mine.set_data(value)
        self.n_averaged += 1


class AveragingRates:
    """Learning rates that pass over to a fixed one."""

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos"):
        self.optimizer = optimizer
        self.goals = swa_lr if isinstance(swa_lr, (list, tuple)) else [swa_lr] * len(optimizer.param_groups)
        self.epochs, self.cosine = anneal_epochs, anneal_strategy == "cos"
        self.last_epoch = -1
        self.step()

    def _share(self, epoch):
        import math

        part = min(1.0, max(epoch, 0) / self.epochs) if self.epochs else 1.0
        return (1 - math.cos(math.pi * part)) / 2 if self.cosine else part

    def step(self):
        self.last_epoch += 1
        before, now = self._share(self.last_epoch - 1), self._share(self.last_epoch)
        for group, goal in zip(self.optimizer.param_groups, self.goals):
            start = goal if before == 1 else (float(group["lr"]) - before * goal) / (1 - before)
            mindspore.ops.assign(group["lr"], goal * now + start * (1 - now))

    def get_last_lr(self):
        return [float(group["lr"]) for group in self.optimizer.param_groups]
