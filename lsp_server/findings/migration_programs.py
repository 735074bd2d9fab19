"""The kinds of finding of migration mode for what is more than one use: training steps and loaders."""

from __future__ import annotations

from lsp_server.findings.model import kind
from lsp_server.messages import data, training
from lsp_server.messages import findings_migration as messages

KINDS = (
    kind(
        "TS205",
        "training-step",
        "information",
        messages.TS205_MESSAGE,
        messages.TS205_WHAT,
        messages.TS205_WHY,
        """import torch
from torch import nn

net = nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
optimizer.zero_grad()
loss = net(torch.ones(4, 2)).sum()
loss.backward()
optimizer.step()
""",
        """import mindspore
from mindspore import mint, nn, ops
from mindspore.experimental import optim

net = nn.Dense(2, 1)
optimizer = optim.SGD(net.trainable_params(), lr=0.1)


def forward():
    return net(ops.ones((4, 2))).sum()


loss, gradients = mindspore.value_and_grad(forward, None, optimizer.parameters)()
optimizer(gradients)
""",
        messages.TS205_FIX,
    ),
    kind(
        "TS318",
        "seeded-order",
        "warning",
        data.SEEDED_ORDER,
        messages.TS318_WHAT,
        messages.TS318_WHY,
        """import torch
from torch.utils.data import DataLoader, TensorDataset


class Batches:
    pass


torch.manual_seed(0)
rows = TensorDataset(torch.ones(8, 2), torch.zeros(8))
loader = DataLoader(rows, batch_size=4, shuffle=len(rows) > 4)
for x, y in loader:
    print(x.sum(), y.sum())
""",
        """import torch
from torch.utils.data import DataLoader, TensorDataset


class Batches:
    pass


torch.manual_seed(0)
rows = TensorDataset(torch.ones(8, 2), torch.zeros(8))
loader = DataLoader(rows, batch_size=4, shuffle=True)
for x, y in loader:
    print(x.sum(), y.sum())
""",
        messages.NO_FIX,
    ),
    kind(
        "TS319",
        "columns-unknown",
        "warning",
        data.COLUMNS,
        messages.TS319_WHAT,
        messages.TS319_WHY,
        """from torch.utils.data import DataLoader


class Batches:
    pass


def loaded(rows):
    return DataLoader(rows, batch_size=4)
""",
        """from torch.utils.data import DataLoader


class OwnBatches:
    pass


def loaded(rows):
    return DataLoader(rows, batch_size=4)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS320",
        "training-step-stays",
        "warning",
        training.NO_STEP,
        messages.TS320_WHAT,
        messages.TS320_WHY,
        """import torch
from torch import nn

net = nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
optimizer.zero_grad()
loss = net(torch.ones(4, 2)).sum()
loss.backward()
net.weight.grad.mul_(0.5)
optimizer.step()
""",
        """import torch
from torch import nn

net = nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
optimizer.zero_grad()
loss = net(torch.ones(4, 2)).sum()
loss.backward()
optimizer.step()
""",
        messages.NO_FIX,
    ),
)
