"""Files and workspaces of any size, as people write models."""

from __future__ import annotations

from pathlib import Path

HEAD = "import torch\nimport torch.nn as nn\n"
CLASS = (
    "\n\nclass Net{0}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.c1 = nn.Conv2d(3, 64, 3)\n        self.b1 = nn.BatchNorm2d(64)\n"
    + "".join(
        f"\n    def f{number}(self, x: torch.Tensor):\n"
        "        x = self.c1(x)\n        return torch.cat([x, x], dim=1)\n"
        for number in range(6)
    )
)


def text_of(lines: int) -> str:
    """A file of classes."""
    text, number = [HEAD], 0
    size = HEAD.count("\n")
    while size < lines:
        text.append(CLASS.format(number))
        size += CLASS.count("\n")
        number += 1
    return "".join(text)


def fill(folder: Path, files: int) -> int:
    """A workspace of packages of 50 modules that import each other; how many lines it has."""
    total = 0
    for number in range(files):
        path = folder / f"package{number // 50}" / f"module{number % 50}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        before = f"from .module{number % 50 - 1} import Net0 as Before\n" if number % 50 else ""
        text = before + text_of(60) + ("\n\nclass Last(Before):\n    pass\n" if before else "")
        path.write_text(text)
        total += text.count("\n")
    return total
