"""A fixed part of real trees, both ways: no crash, everything parses, no comment lost, nothing changes a second time,
no import without a reason. The whole trees: ``python -m tests.migrate.sweep FOLDER``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import OTHER, shipped
from lsp_server.catalog.model import Framework
from lsp_server.inference.project import Project
from lsp_server.inference.walk import python_files
from lsp_server.migrate.target import Wishes

from . import soundness


def problems(path: Path, project: Project, to: Framework, best_effort: bool = False) -> tuple[str, ...]:
    target = Wishes(to).target(OTHER[to], project.catalog)
    return soundness.examine(path, project, target, best_effort).problems


def files(package: str, every: int) -> list[Path]:
    found = importlib.util.find_spec(package)
    assert found is not None and found.origin is not None
    return list(python_files((Path(found.origin).parent,)))[::every]


@pytest.mark.parametrize(("package", "every"), [("torchvision", 12), ("timm", 25)])
def test_a_part_of_a_tree(package: str, every: int) -> None:
    found: list[str] = []
    for path in files(package, every):
        project = Project(shipped(), (path.parents[len(path.parts) - path.parts.index(package) - 1],))
        for best_effort in (False, True):
            found += [f"{path}: {one}" for one in problems(path, project, "mindspore", best_effort)]
        found += [f"{path}: {one}" for one in problems(path, project, "torch")]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "import torch\nself.scheduler.last_epoch = 1\ns = torch.optim.lr_scheduler.StepLR(o, 1)\ns.last_epoch = 2\n",
        'import torch\nx = f"cuda:{torch.cuda.current_device()}"\n',
        "def f():\n  import torch  # a\ndef g():\n  from torch import (  # b\n    nn,\n  )\n  return nn.ReLU()\n",
        "import torch\nb = torch.ones(3) > 1\nwhile b.any(1):\n    pass\n",
    ],
    ids=["a property that is assigned to", "quotes in an f-string", "imports in functions", "truth values"],
)
def test_what_went_wrong_once(text: str, tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text(text, encoding="utf-8")
    assert problems(path, Project(shipped(), (tmp_path,)), "mindspore") == ()
