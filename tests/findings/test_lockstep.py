"""Findings after random edits, of which much is taken over from version to version, equal those of a fresh analysis."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.findings import checking
from lsp_server.findings.checking import Wanted
from lsp_server.findings.model import Finding
from lsp_server.findings.registry import RULES
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import uses
from lsp_server.settings.model import Settings
from lsp_server.syntax.document import Document
from tests.random_edits import edited_by_chance

CATALOG = shipped()
SITE = Path(sysconfig.get_path("purelib"))
FILES = ["torchvision/models/googlenet.py", "torchvision/models/swin_transformer.py", "mindspore/nn/layer/basic.py"]
GROUPS = 4
STEPS = 40
DERIVED = """
class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)


class Derived(Base):
    def __init__(self):
        super().__init__()
        self.mask = torch.ones(3)

    def forward(self, x):
        return x + self.mask
"""
LINES = [
    "self.register_buffer('mask', torch.zeros(3))",
    "self.mask = torch.zeros(3)",
    "self.mask = self.mask.to(x.device)",
    "self.layers = [nn.Linear(3, 3), nn.BatchNorm2d(3)]",
    "self.scale = torch.randn(3, requires_grad=True)",
    "return x + self.mask",
    "net.fc = nn.Linear(3, 3)",
    "class Inner(nn.Module):",
    "super().__init__()",
    "import torch",
    "# torchspore: ignore[TS1]",
    '"""',
    "if x:",
]
WORDS = ["Net", "self", "torch", "nn", "Module", "forward", "construct", "register_buffer", "mask", "Base", "1"]


def examples(group: int) -> str:
    """Every fourth rule's example and its better form, one after the other; a class has the same name in many."""
    rules = list(RULES.values())[group::GROUPS]
    return "\n\n".join([text for rule in rules for text in (rule.example, rule.instead)] + [DERIVED])


def found_by(analysis: Analysis, wanted: Wanted) -> list[Finding]:
    return checking.findings(analysis, wanted)


def fresh(text: str, wanted: Wanted) -> Analysis:
    """Of one version; migration mode needs a project that has several."""
    return Analysis(Document.parse(text), CATALOG, Project(CATALOG, has_versions=wanted.target is not None))


def in_lockstep(text: str, seed: str, steps: int) -> int:
    """How many findings were compared."""
    chance = random.Random(seed)
    project = Project(CATALOG)
    analysis = Analysis(Document.parse(text), CATALOG, project)
    plain = Wanted()
    moved = Wanted(target=Settings().wishes.target("torch", CATALOG))
    compared = len(found_by(analysis, plain))
    for number in range(steps):
        document = edited_by_chance(analysis.document, chance, LINES, WORDS, inserts=2)
        while chance.random() < 0.3:  # several changes before anybody asks
            document = edited_by_chance(document, chance, LINES, WORDS, inserts=2)
        analysis = Analysis(document, CATALOG, project, None, analysis.memory)
        if chance.random() < 0.2:
            list(uses(analysis))
        wanted = moved if chance.random() < 0.1 else plain
        found = found_by(analysis, wanted)
        assert found == found_by(fresh(document.text, wanted), wanted), f"after edit {number}"
        compared += len(found)
    return compared


@pytest.mark.parametrize("group", range(GROUPS))
def test_edits_of_examples_in_lockstep(group: int) -> None:
    assert in_lockstep(examples(group), f"examples {group}", STEPS) > STEPS


@pytest.mark.parametrize("name", FILES)
def test_edits_of_real_files_in_lockstep(name: str) -> None:
    in_lockstep((SITE / name).read_text(encoding="utf-8"), name, 8)


HEAD = "import torch\nfrom torch import nn\n\n\n"
MASKED = """class Net({base}):
    def __init__(self):
        super().__init__()
        self.mask = torch.ones(3)

    def forward(self, x):
        return x + self.mask


"""
BASE = """class Base(nn.Module):
    def _apply(self, function):
        {body}
        return super()._apply(function)


"""
SCALED = """class Net(Base):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.arange(3.0), requires_grad=False)

    def forward(self, x):
        return x + self.scale


"""
EARLY = """def block():
    return {given}


class Net(nn.Module):
    def __init__(self):
        self.fc = block()
        super().__init__()
"""
ELSEWHERE = "net = Net()\nnet.mask = net.mask.cuda()\n"
SPEAKING = {
    "another part of the file set the attribute": (
        HEAD + MASKED.format(base="nn.Module") + ELSEWHERE,
        ("net.mask = net.mask.cuda()", "print(net)"),
        "TS103",
    ),
    "a base looked after it": (
        HEAD + BASE.format(body="self.scale = function(self.scale)") + SCALED,
        ("self.scale = function(self.scale)", "print(function)"),
        "TS112",
    ),
    "a function gave something else": (HEAD + EARLY.format(given="3"), ("return 3", "return nn.Linear(2, 2)"), "TS108"),
    "the class was something else": (
        HEAD + "Module = object\n\n\n" + MASKED.format(base="Module"),
        ("Module = object", "Module = nn.Module"),
        "TS103",
    ),
}


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("before", ["", "x = 1\n"])
def test_silence_ends_with_what_it_rests_on(name: str, before: str) -> None:
    """Trees share every second statement with those before."""
    text, (old, new), code = SPEAKING[name]
    text = before + text
    project = Project(CATALOG)
    analysis = Analysis(Document.parse(text), CATALOG, project)
    assert code not in [one.code for one in found_by(analysis, Wanted())]
    for start, end, inserted in ((0, 0, "\n"), (text.index(old) + 1, text.index(old) + 1 + len(old), new)):
        document = analysis.document.edited(start, end, inserted)
        analysis = Analysis(document, CATALOG, project, None, analysis.memory)
        found = [one.code for one in found_by(analysis, Wanted())]
    assert code in found
