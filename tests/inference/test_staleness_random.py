"""Files written, opened, renamed and removed at random: what is kept is what a fresh look would find."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project
from lsp_server.inference.uses import uses
from lsp_server.syntax.document import Document

NAMES = ("a.py", "b.py", "p/__init__.py", "p/a.py", "p/b.py", "src/c.py", "torch.py")
LINES = (
    "import torch",
    "from torch import nn",
    "from a import *",
    "from b import *",
    "from a import Net, make, value",
    "from p import Net",
    "from p.a import make",
    "import p.b\nvalue = p.b.make()",
    "import p",
    "from . import a",
    "from .b import *",
    "from .a import Net as Other",
    "from c import value",
    "import b as other\nvalue = other.value",
    "class Net(nn.Module):\n    def forward(self, x):\n        return self.relu(x)",
    "class Net(Other): ...",
    "class Net:\n    def __init__(self):\n        self.weight = make()",
    "def make():\n    return torch.zeros(3)",
    "def make():\n    return Net()",
    "value = make()",
    "value = Net()",
    "value = torch.zeros(3)",
    "__all__ = ['Net', 'value']",
    "value.view(1)",
    "value.parameters()",
    "value.weight.shape",
    "make().buffers()",
    "Net().state_dict()",
    "torch.cat([])",
    "def f():\n    return value.sum(), Net().eval()",
)


class Desk:
    """An editor and a disk."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.opened: dict[Path, Document] = {}
        self.project = self.new_project()

    def new_project(self) -> Project:
        return Project(shipped(), (self.folder,), self.opened.get)

    def text(self) -> str:
        return "\n".join(self.random.sample(LINES, self.random.randint(0, 9))) + "\n"

    def step(self) -> None:
        path = self.folder / self.random.choice(NAMES[:-1] if self.random.random() < 0.95 else NAMES)
        chance = self.random.random()
        if chance < 0.3:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text())
        elif chance < 0.4:
            path.unlink(missing_ok=True)
        elif chance < 0.5 and path.is_file():
            path.rename(self.folder / self.random.choice(("a.py", "b.py")))
        elif chance < 0.65:
            self.opened.pop(path, None)
        elif path in self.opened and chance < 0.9:
            lines = self.opened[path].text.splitlines(keepends=True)
            lines.insert(self.random.randint(0, len(lines)), self.random.choice(LINES) + "\n")
            self.opened[path] = Document.parse("".join(lines))
        elif path.is_file():
            self.opened[path] = Document.parse(self.text())

    def found(self, project: Project, path: Path) -> list[tuple[int, str, str]] | None:
        analysis = project.file(path)
        if analysis is None:
            return None
        return [(use.start, use.symbol, use.certainty) for use in uses(analysis)]


@pytest.mark.parametrize("seed", range(10))
def test_the_same_as_a_fresh_look(tmp_path: Path, seed: int) -> None:
    desk = Desk(tmp_path, seed)
    for number in range(60):
        for _ in range(desk.random.randint(1, 3)):
            desk.step()
        desk.project.refresh()
        names = desk.random.sample(NAMES, desk.random.randint(1, len(NAMES)))
        for name in names:
            kept = desk.found(desk.project, tmp_path / name)
            assert kept == desk.found(desk.new_project(), tmp_path / name), (seed, number, name)
