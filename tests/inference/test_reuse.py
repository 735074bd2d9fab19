"""What the next version of a file takes over: always what a fresh analysis would say, and as much as possible."""

from __future__ import annotations

import random
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference import uses as module_under_test
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import uses
from lsp_server.syntax.document import Document
from tests.random_edits import edited_by_chance

CATALOG = shipped()
SITE = Path(sysconfig.get_path("purelib"))
FILES = [
    "torchvision/models/googlenet.py",
    "torchvision/models/detection/roi_heads.py",
    "torch/nn/modules/container.py",
    "torch/optim/lr_scheduler.py",
    "mindspore/nn/layer/basic.py",
]
LINES = [
    "x = torch.zeros(3)",
    "y = 1",
    "self.conv = nn.BatchNorm2d(3)",
    "return x",
    "if x:",
    "def f(x):",
    "import torch",
]
WORDS = ["x", "self", "torch", "nn", "Linear", "forward", "unknown", "1"]


def listing(analysis: Analysis) -> list[tuple[int, int, str, str, str]]:
    return [(use.start, use.end, use.symbol, use.kind, use.certainty) for use in uses(analysis)]


def fresh(text: str) -> Analysis:
    return Analysis(Document.parse(text), CATALOG, Project(CATALOG))


@pytest.mark.parametrize("name", FILES)
def test_edits_in_lockstep_with_a_fresh_analysis(name: str) -> None:
    chance = random.Random(name)
    project = Project(CATALOG)
    analysis = Analysis(Document.parse((SITE / name).read_text(encoding="utf-8")), CATALOG, project)
    listing(analysis)
    for number in range(15):
        document = edited_by_chance(analysis.document, chance, LINES, WORDS)
        analysis = Analysis(document, CATALOG, project, None, analysis.memory)
        assert listing(analysis) == listing(fresh(document.text)), f"after edit {number}"


NET = """import torch
from torch import nn

SIZE = 3


def helper(x: torch.Tensor):
    return x.view(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(SIZE)

    def forward(self, x):
        return helper(self.bn(x)).sum()

    def statistics(self):
        return self.bn.running_mean


def run(net: Net):
    return net(torch.zeros(SIZE)).mean()
"""


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that are looked at from here on, by their names."""
    names: list[str] = []
    look: Callable[[Analysis, int], object] = getattr(module_under_test, "_look")  # noqa: B009  it is private, and counting it is the point

    def watched(analysis: Analysis, index: int) -> object:
        names.append(analysis.outline.units[index].path)
        return look(analysis, index)

    monkeypatch.setattr(module_under_test, "_look", watched)
    return names


def change(old: str, new: str, looked_at: list[str]) -> list[str]:
    project = Project(CATALOG)
    before = Analysis(Document.parse(NET), CATALOG, project)
    listing(before)
    looked_at.clear()
    start = NET.index(old)
    document = before.document.edited(start, start + len(old), new)
    after = Analysis(document, CATALOG, project, None, before.memory)
    found = listing(after)
    again = list(looked_at)
    assert found == listing(fresh(document.text))
    return again


CHANGES = {
    "nothing": ("", "", []),
    "a blank line moves what follows": ("SIZE = 3\n", "SIZE = 3\n\n", []),
    "a comment between functions": ("\n\ndef helper", "\n# more\n\ndef helper", []),
    "a constant that stays a number": ("SIZE = 3", "SIZE = 4", [""]),
    "the body of a function that gives what it gave": ("x.view(1)", "x.view(2).abs()", ["helper"]),
    "a function that gives something else now": ("return x.view(1)", "return 1", ["helper", "Net.forward", "run"]),
    "an attribute that becomes another layer": (
        "nn.BatchNorm2d(SIZE)",
        "nn.Linear(SIZE, 3)",
        ["Net.__init__", "Net.statistics"],
    ),
    "a method that others do not use": (
        "return self.bn.running_mean",
        "return self.bn.running_var",
        ["Net.statistics"],
    ),
    "an import that is gone": ("from torch import nn\n", "", ["Net", "Net.__init__"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_only_what_may_have_changed_is_looked_at_again(name: str, looked_at: list[str]) -> None:
    old, new, expected = CHANGES[name]
    found = change(old, new, looked_at)
    assert set(expected) <= set(found)
    if name != "an import that is gone":
        assert found == expected


def test_an_older_version_may_still_be_asked(looked_at: list[str]) -> None:
    project = Project(CATALOG)
    first = Analysis(Document.parse(NET), CATALOG, project)
    second = Analysis(first.document.edited(0, 0, "import os\n"), CATALOG, project, None, first.memory)
    listing(second)
    third = Analysis(second.document.edited(0, 0, "import sys\n"), CATALOG, project, None, second.memory)
    assert listing(third) == listing(fresh(third.document.text))
    assert listing(second) == listing(fresh(second.document.text))
    assert listing(first) == listing(fresh(NET))
