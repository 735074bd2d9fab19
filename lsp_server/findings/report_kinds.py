"""The kinds of what conversions report beside single uses: whole files, imports, dependencies.

`torchspore convert`, the page that previews a conversion and the TODOs of `--best-effort` show their codes; nothing
looks for them in an editor.
"""

from __future__ import annotations

from lsp_server.findings.model import kind
from lsp_server.messages import findings_migration as messages
from lsp_server.messages import migration as reasons

KINDS = (
    kind(
        "TS300",
        "not-read",
        "error",
        reasons.NOT_PARSED,
        messages.TS300_WHAT,
        messages.TS300_WHY,
        """import torch

x = torch.ones(2
y = torch.zeros(2)
""",
        """import torch

x = torch.ones(2)
y = torch.zeros(2)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS315",
        "import-stays",
        "information",
        reasons.IMPORT_STAYS,
        messages.TS315_WHAT,
        messages.TS315_WHY,
        """import torch

x = torch.ones(2)
print(torch)
""",
        """import torch

x = torch.ones(2)
""",
        messages.NO_FIX,
    ),
    kind(
        "TS317",
        "framework-changed",
        "warning",
        reasons.PATCHED,
        messages.TS317_WHAT,
        messages.TS317_WHY,
        """import torch


def twice(x):
    return x * 2


torch.Tensor.twice = twice
""",
        """import torch


def twice(x: torch.Tensor) -> torch.Tensor:
    return x * 2
""",
        messages.NO_FIX,
    ),
    kind(
        "TS321",
        "builds-on-framework",
        "warning",
        reasons.BUILT_ON,
        messages.TS321_WHAT,
        messages.TS321_WHY,
        """import timm

network = timm.create_model("resnet18")
""",
        """import mindcv

network = mindcv.create_model("resnet18")
""",
        messages.NO_FIX,
    ),
    kind(
        "TS330",
        "dependency-stays",
        "warning",
        reasons.DEPENDENCY,
        messages.TS330_WHAT,
        messages.TS330_WHY,
        """torch>=2.0
timm
""",
        """torch>=2.0
mindcv
""",
        messages.NO_FIX,
        "text",
    ),
    kind(
        "TS331",
        "changed-by-hand",
        "information",
        reasons.CHANGED_BY_HAND,
        messages.TS331_WHAT,
        messages.TS331_WHY,
        """from mindspore import nn

layer = nn.Dense(8, 4)
layer.set_train()  # written into the converted file
""",
        """from torch import nn

layer = nn.Linear(8, 4)
layer.train()  # written into the original
""",
        messages.NO_FIX,
    ),
)
