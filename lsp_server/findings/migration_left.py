"""The kinds of finding of migration mode for what no conversion changes: one for each reason."""

from __future__ import annotations

from lsp_server.findings.model import kind
from lsp_server.messages import findings_migration as messages
from lsp_server.messages import migration as reasons

KINDS = (
    kind(
        "TS301",
        "no-rule",
        "warning",
        reasons.NO_RULE,
        messages.TS301_WHAT,
        messages.TS301_WHY,
        """from torch import fx, nn

graph = fx.Tracer().trace(nn.ReLU())
""",
        """from torch import nn

layer = nn.ReLU()
""",
        messages.NO_FIX,
    ),
    kind(
        "TS302",
        "no-counterpart",
        "error",
        reasons.NO_COUNTERPART,
        messages.TS302_WHAT,
        messages.TS302_WHY,
        """import torch

torch.jit.fork(torch.neg, torch.ones(2))
""",
        """import torch

torch.neg(torch.ones(2))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS303",
        "argument-without-counterpart",
        "warning",
        reasons.ARGUMENT_WITHOUT_COUNTERPART,
        messages.TS303_WHAT,
        messages.TS303_WHY,
        """import torch

x = torch.empty(3)
torch.ones(3, out=x)
""",
        """import torch

x = torch.ones(3)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS304",
        "value-without-counterpart",
        "warning",
        reasons.ARGUMENT_VALUE,
        messages.TS304_WHAT,
        messages.TS304_WHY,
        """import torch

generator = torch.Generator()
x = torch.randint(0, 4, (2,), generator=generator)
""",
        """import torch

x = torch.randint(0, 4, (2,))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS305",
        "argument-place",
        "warning",
        reasons.POSITION,
        messages.TS305_WHAT,
        messages.TS305_WHY,
        """import torch

x = torch.ones(2, 3).tile(1, 2)
""",
        """import torch

x = torch.ones(2, 3).tile((1, 2))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS306",
        "not-called",
        "warning",
        reasons.NOT_CALLED,
        messages.TS306_WHAT,
        messages.TS306_WHY,
        """import torch

tensors = [torch.ones(2), torch.zeros(2)]
spreads = list(map(torch.std, tensors))
""",
        """import torch

tensors = [torch.ones(2), torch.zeros(2)]
spreads = [torch.std(tensor) for tensor in tensors]
""",
        messages.NO_FIX,
    ),
    kind(
        "TS307",
        "arguments-unknown",
        "warning",
        reasons.CANNOT_BIND,
        messages.TS307_WHAT,
        messages.TS307_WHY,
        """import torch


def largest(*operands):
    return torch.max(*operands)


x = largest(torch.ones(2), torch.zeros(2))
""",
        """import torch


def largest(first, second):
    return torch.max(first, second)


x = largest(torch.ones(2), torch.zeros(2))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS308",
        "not-on-target",
        "error",
        reasons.NOT_FOR_TARGET,
        messages.TS308_WHAT,
        messages.TS308_WHY,
        """import torch

order = torch.randperm(8)
""",
        """import torch

order = torch.argsort(torch.rand(8))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS309",
        "uncertain",
        "hint",
        reasons.UNCERTAIN,
        messages.TS309_WHAT,
        messages.TS309_WHY,
        """from torch import nn


class Rows(nn.Module):
    def forward(self, x):
        return x.size(0)
""",
        """import torch
from torch import nn


class Rows(nn.Module):
    def forward(self, x: torch.Tensor) -> int:
        return x.size(0)
""",
        messages.FIX,
    ),
    kind(
        "TS310",
        "rewritten-around",
        "warning",
        reasons.DISPLAY_ONLY,
        messages.TS310_WHAT,
        messages.TS310_WHY,
        """import torch


class Double(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return x * 2

    @staticmethod
    def backward(context, gradient):
        return gradient * 2
""",
        """from mindspore import nn


class Double(nn.Cell):
    def construct(self, x):
        return x * 2

    def bprop(self, x, out, gradient):
        return (gradient * 2,)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS311",
        "sizes-unknown",
        "warning",
        reasons.SIZES,
        messages.TS311_WHAT,
        messages.TS311_WHY,
        """import torch


def tiled(x: torch.Tensor, sizes):
    return x.repeat(sizes)
""",
        """import torch


def tiled(x: torch.Tensor, times: int) -> torch.Tensor:
    return x.repeat(times)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS312",
        "argument-missing",
        "warning",
        reasons.MUST_BE_GIVEN,
        messages.TS312_WHAT,
        messages.TS312_WHY,
        """import torch


def total(x):
    return (x * 2).sum()


_, gradient = torch.autograd.functional.vjp(total, torch.ones(2))
""",
        """import torch


def total(x):
    return (x * 2).sum()


_, gradient = torch.autograd.functional.vjp(total, torch.ones(2), torch.tensor(1.0))
""",
        messages.NO_FIX,
    ),
    kind(
        "TS313",
        "name-taken",
        "warning",
        reasons.NAME_TAKEN,
        messages.TS313_WHAT,
        messages.TS313_WHY,
        """from torch import nn


class RMSNorm:
    pass


norm = nn.RMSNorm(4)
""",
        """from torch import nn


class OwnNorm:
    pass


norm = nn.RMSNorm(4)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS314",
        "in-place",
        "warning",
        reasons.IN_PLACE_RECEIVER,
        messages.TS314_WHAT,
        messages.TS314_WHY,
        """import torch


def clear(x: torch.Tensor) -> None:
    x.view(-1).zero_()
""",
        """import torch


def clear(x: torch.Tensor) -> None:
    x.zero_()
""",
        messages.NO_FIX,
    ),
    kind(
        "TS316",
        "assigned",
        "warning",
        reasons.WRITTEN,
        messages.TS316_WHAT,
        messages.TS316_WHY,
        """import torch
from torch import nn

optimizer = torch.optim.SGD(nn.Linear(2, 2).parameters(), lr=0.1)
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 3)
schedule.last_epoch = 4
""",
        """import torch
from torch import nn

optimizer = torch.optim.SGD(nn.Linear(2, 2).parameters(), lr=0.1)
optimizer.param_groups[0]["initial_lr"] = 0.1
schedule = torch.optim.lr_scheduler.StepLR(optimizer, 3, last_epoch=4)
""",
        messages.NO_FIX,
    ),
)
