"""The kinds of finding of migration mode, one for each way in which a use is, or is not, converted. Here: what is.

Their severities go together: a hint where nothing needs a thought, information where one look is enough, a warning
where the meaning changes or work is left, an error where there is nothing to convert to.
"""

from __future__ import annotations

from lsp_server.findings import migration_left, migration_programs
from lsp_server.findings.model import kind
from lsp_server.messages import findings_migration as messages

ADAPTS, COMPOSES, UNPROVEN, DIFFERS, STEP = "TS201", "TS202", "TS203", "TS204", "TS205"


_CONVERTED = (
    kind(
        ADAPTS,
        "adapts",
        "hint",
        messages.TS201_MESSAGE,
        messages.TS201_WHAT,
        messages.TS201_WHY,
        """from torch import nn

layer = nn.Linear(8, 4)
""",
        """from mindspore import nn

layer = nn.Dense(8, 4)
""",
        messages.FIX,
    ),
    kind(
        COMPOSES,
        "becomes-expression",
        "hint",
        messages.TS202_MESSAGE,
        messages.TS202_WHAT,
        messages.TS202_WHY,
        """import torch

indices = torch.LongTensor([1, 2])
""",
        """import mindspore

indices = mindspore.Tensor([1, 2], mindspore.int64)
""",
        messages.FIX,
    ),
    kind(
        UNPROVEN,
        "unproven",
        "information",
        messages.TS203_MESSAGE,
        messages.TS203_WHAT,
        messages.TS203_WHY,
        """import torch

x = torch.ones(2).share_memory_()
""",
        """from mindspore import ops

x = ops.ones((2,))
""",
        messages.FIX,
    ),
    kind(
        DIFFERS,
        "differs",
        "warning",
        messages.TS204_MESSAGE,
        messages.TS204_WHAT,
        messages.TS204_WHY,
        """from torch import nn

norm = nn.BatchNorm2d(3)
names = [name for name, _ in norm.named_buffers()]
""",
        """from mindspore import nn

norm = nn.BatchNorm2d(3)
names = [parameter.name for parameter in norm.untrainable_params()]
""",
        messages.FIX,
    ),
)
KINDS = (*_CONVERTED, *migration_left.KINDS, *migration_programs.KINDS)
CODES = frozenset(one.code for one in KINDS)
