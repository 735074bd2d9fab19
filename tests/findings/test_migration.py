"""Findings of migration mode: each kind where it belongs, and the same after an edit as in a fresh file."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("GLOG_v", "3")
pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")
pytest.importorskip("mindspore", reason="needs pip install 'torchspore[verify]'")

from lsp_server.catalog.catalog import shipped
from lsp_server.findings.checking import Wanted, findings
from lsp_server.findings.kinds import KINDS
from lsp_server.findings.migration_kinds import KINDS as OF_MIGRATION
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.direction import source_of
from lsp_server.migrate.edits import apply
from lsp_server.migrate.files import convert
from lsp_server.migrate.plan import Plan
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.remaining import Progress, progress, remaining
from lsp_server.migrate.target import Target, Wishes
from lsp_server.syntax.document import Document
from tests.findings.running import shown
from tests.support import analyse

TARGET = Target("mindspore", "2.10.0", "any")
ON = Wanted((), (), TARGET)
BY_CODE = {kind.code: kind for kind in OF_MIGRATION}
PROGRAMS = sorted((Path(__file__).parents[1] / "migrate" / "programs").rglob("*.py"))


def codes(text: str, wanted: Wanted = ON) -> list[str]:
    return [finding.code for finding in findings(analyse(text), wanted)]


@pytest.mark.parametrize("code", BY_CODE)
def test_the_example_shows_it_and_what_to_use_instead_does_not(code: str) -> None:
    assert code in codes(BY_CODE[code].example)
    assert code not in codes(BY_CODE[code].instead)
    assert not any(one[:3] in ("TS2", "TS3") for one in codes(BY_CODE[code].example, Wanted()))


@pytest.mark.frameworks
@pytest.mark.parametrize("code", BY_CODE)
def test_both_run(code: str, tmp_path: Path) -> None:
    for text in (BY_CODE[code].example, BY_CODE[code].instead):
        assert shown(text, lambda module: None, tmp_path) is None


def test_a_training_step_is_said_to_convert_as_a_whole() -> None:
    """Each of its calls, and what an editor counts of it; a step that stays says why where its backward pass is."""
    analysis = analyse(BY_CODE["TS205"].example)
    calls = [one.symbol.rpartition(".")[2] for one in remaining(analysis, TARGET) if one.reason is not None]
    assert calls == ["zero_grad", "backward", "step"]
    assert {one.way for one in remaining(analysis, TARGET) if one.reason is not None} == {"check"}
    assert codes(BY_CODE["TS205"].example).count("TS205") == 3
    assert convert(analysis, TARGET, training=True).left == ()
    stays = remaining(analyse(BY_CODE["TS320"].example), TARGET)
    assert [one.way for one in stays if one.reason is not None and one.reason.code == "TS320"] == ["hand"]
    assert not [one for one in stays if one.reason is not None and one.reason.code == "TS205"]


def test_a_training_step_on_its_way_to_torch() -> None:
    target = Target("torch", "2.13.0", "any")
    text = BY_CODE["TS205"].instead
    found = {one.symbol: one.way for one in remaining(analyse(text), target)}
    assert "none" not in found.values(), found
    assert convert(analyse(text), target, training=True).left == ()


def test_sentences_of_the_catalogue_are_in_the_readers_language() -> None:
    for code in ("TS204", "TS302", "TS310"):
        (finding,) = [one for one in findings(analyse(BY_CODE[code].example), ON) if one.code == code]
        english, chinese = (KINDS[code].text(finding, language) for language in ("en", "zh-cn"))
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese.rpartition("：")[2]), chinese
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in english)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_what_is_counted_is_what_a_conversion_does(path: Path) -> None:
    """Every use of the source framework is left once, and the ways are those that planning finds."""
    analysis = analyse(path.read_text(encoding="utf-8"))
    conversion = convert(analysis, TARGET)
    found = remaining(analysis, TARGET)
    ready = [one for one in found if one.reason is None]
    assert len(ready) == conversion.converted
    assert {one.start for one in ready if one.way == "check"} == {plan.use.start for plan in conversion.unsafe}
    counted = progress(analysis, TARGET)
    assert counted.left == len(found) and counted.total == counted.done + counted.left


def test_a_converted_file_has_nothing_left() -> None:
    text = "import torch\nfrom torch import nn\n\nnet = nn.Linear(8, 4)\ny = net(torch.ones(2, 8))\n"
    before = progress(analyse(text), TARGET)
    assert (before.done, before.safe, before.percent) == (0, 2, 0)
    after = progress(analyse(convert(analyse(text), TARGET).text), TARGET)
    assert after.left == 0 and after.done >= 2 and after.percent == 100


def test_percentages_never_round_up_to_done() -> None:
    assert Progress(done=999, none=1).percent == 99
    assert Progress().percent == 100
    assert Progress(done=1, safe=1).plus(Progress(done=1, hand=1)) == Progress(2, 1, 0, 1, 0)


def test_the_direction(tmp_path: Path) -> None:
    for name, text in (("a", "import torch\n"), ("b", "from mindspore import nn\n"), ("c", "import mindspore as ms\n")):
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    files = sorted(tmp_path.iterdir())
    assert source_of("off", Wishes(), files) is None
    assert source_of("torch-to-mindspore", Wishes(), files) == "torch"
    assert source_of("mindspore-to-torch", Wishes(), files) == "mindspore"
    assert source_of("auto", Wishes(), files) == "mindspore"
    assert source_of("auto", Wishes(), files[:2]) == "torch"
    assert source_of("auto", Wishes("mindspore"), files) == "torch"


EDITS = (
    ("import torch\n", "import torch\nRMSNorm = 1\n"),
    ("import torch\n", "import torch  # as it was\n"),
    ("torch.nn", "torch.nn.modules"),
    ("Linear(", "Conv2d("),
    ("(self, x", "(self, x: torch.Tensor"),
    ("return ", "return 1 if x is None else "),
    ("8", "(8,)"),
    ("self.", "self.other_"),
    ("def ", "def new_"),
    ("=", "= None or "),
    (")", ", **settings)"),
)


def test_after_edits_it_is_as_in_a_fresh_file(tmp_path: Path) -> None:
    """Random edits of real programs, kept results against results from nothing."""
    chance = random.Random(7)
    catalog = shipped()
    checked = 0
    for path in chance.sample(PROGRAMS, min(12, len(PROGRAMS))):
        file = tmp_path / "program.py"
        opened = {file: Document.parse(path.read_text(encoding="utf-8"))}
        project = Project(catalog, (tmp_path,), opened.get)
        for _ in range(8):
            project.refresh()
            kept = project.file(file)
            assert kept is not None
            fresh = Analysis(Document(opened[file].data), catalog, Project(catalog, (tmp_path,)), file)
            assert remaining(kept, TARGET) == remaining(fresh, TARGET), opened[file].text
            checked += len(remaining(kept, TARGET))
            opened[file] = edited(opened[file], chance)
    assert checked > 1000


def edited(document: Document, chance: random.Random) -> Document:
    old, new = chance.choice(EDITS)
    places = [at for at in range(len(document.data)) if document.data.startswith(old.encode(), at)]
    if not places:
        return document.edited(0, 0, "import torch\n")
    at = chance.choice(places)
    return document.edited(at, at + len(old), new)


def classes(count: int) -> Iterator[str]:
    yield "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n"
    for number in range(count):
        yield f'''

class Block{number}(nn.Module):
    """One of many."""

    def __init__(self, width: int, rate: float = 0.1):
        super().__init__()
        self.first = nn.Linear(width, 4 * width)
        self.norm = nn.LayerNorm(width)
        self.second = nn.Linear(4 * width, width)
        self.drop = nn.Dropout(rate)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = F.gelu(self.first(self.norm(x)))
        y = torch.flatten(y, 1).view(x.shape[0], -1)
        return x + self.drop(self.second(y))
'''


def test_an_edit_costs_little(tmp_path: Path) -> None:
    """5,000 lines: what migration mode adds to the diagnostics after an edit, measured in CPU time; the best of five,
    because the machine does other things too."""
    text = "".join(classes(315))
    assert text.count("\n") > 5000
    file = tmp_path / "net.py"
    opened = {file: Document.parse(text)}
    project = Project(shipped(), (tmp_path,), opened.get)
    at = opened[file].data.find(b"        y = F.gelu", len(text) // 2)
    times: list[float] = []
    for number in range(6):
        project.refresh()
        analysis = project.file(file)
        assert analysis is not None
        begun = time.process_time()
        assert len(remaining(analysis, TARGET)) > 3000
        times.append(time.process_time() - begun)
        opened[file] = opened[file].edited(at, at, f"        step{number} = {number}\n")
    print([f"{1000 * one:.0f} ms" for one in times])
    assert min(times[1:]) < times[0] / 8


def test_the_quick_fix_is_the_conversion_of_the_use() -> None:
    analysis = analyse(BY_CODE["TS201"].example)
    from lsp_server.inference.uses import use_at
    from lsp_server.migrate.one_use import convert_use

    (finding,) = [one for one in findings(analysis, ON) if one.code == "TS201"]
    use = use_at(analysis, finding.end - 1)
    assert use is not None
    plan = plan_use(use, TARGET, analysis.catalog)
    assert isinstance(plan, Plan)
    assert "nn.Dense(8, 4)" in apply(analysis.document.data, convert_use(use, plan))
