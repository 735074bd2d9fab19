"""The scan of a workspace that is large enough for a second process."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from pathlib import Path

import msgspec
import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.findings.checking import Wanted
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.project import Project
from lsp_server.server import scanning
from lsp_server.server.scanning import Checker, Order, Second, Task
from tests.benchmarks.client import Client

BASE = "import torch\nfrom torch import nn\n\n\nclass Base(nn.Module):\n    pass\n"
BAD = """import torch
from .base import Base


class Net(Base):
    def __init__(self):
        super().__init__()
        self.mask = torch.ones(3)

    def forward(self, x):
        return x + self.mask
"""
FILES = 310


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Each seventh file has a finding, which rests on what another file says."""
    for number in range(FILES):
        folder = tmp_path / f"package{number // 50}"
        folder.mkdir(exist_ok=True)
        (folder / "base.py").write_text(BASE)
        (folder / f"module{number}.py").write_text(BAD if number % 7 == 0 else "x = 1\n")
    return tmp_path


def order(root: Path, answers: dict[str, str | None] | None = None) -> Order:
    return Order([str(root)], [], [], None, [], {}, answers)


def tasks(root: Path) -> deque[Task]:
    return deque(Task(str(path), Wanted()) for path in sorted(root.rglob("*.py")))


def second(root: Path, waiting: deque[Task]) -> list[tuple[int, int]]:
    told: list[tuple[int, int]] = []

    def tell(files: int, found: int) -> None:
        told.append((files, found))

    async def run() -> None:
        await Second(order(root), waiting, JediExternals((root,)), tell).run()

    asyncio.run(run())
    return told


def test_both_processes_find_the_same(workspace: Path) -> None:
    waiting = tasks(workspace)
    count = len(waiting)
    told = second(workspace, waiting)
    assert not waiting
    checker = Checker(lambda versions: Project(shipped(), (workspace,), has_versions=versions))
    here = sum(checker.count(task) for task in tasks(workspace))
    assert (sum(files for files, _ in told), sum(found for _, found in told)) == (count, here)
    assert here == sum(number % 7 == 0 for number in range(FILES))


@pytest.mark.parametrize("program", ["false", "missing"])
def test_nothing_is_lost_without_the_second_process(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    waiting = tasks(workspace)
    before = list(waiting)
    monkeypatch.setattr(sys, "executable", program)
    assert second(workspace, waiting) == []
    assert list(waiting) == before


def test_an_open_document_is_looked_at_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("x = 1\n")
    text = BAD.replace("from .base import Base", "from torch import nn").replace("(Base)", "(nn.Module)")
    opened = Order([str(tmp_path)], [], [], None, [], {str(path): text}, {})
    checker = scanning.checker_for(msgspec.json.encode(opened))
    batch = msgspec.json.encode([Task(str(path), Wanted())])
    said = msgspec.json.decode(scanning.answer(checker, batch), type=scanning.Counted)
    assert said.found == 1


def test_the_server_counts_all_files(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    client = Client([sys.executable, "-m", "lsp_server", "server"], workspace, tmp_path_factory.mktemp("cache"))
    try:
        found = client.request("workspace/executeCommand", {"command": "torchspore.scanWorkspace"})
        assert found["files"] == len(list(workspace.rglob("*.py")))
        assert found["findings"] == sum(number % 7 == 0 for number in range(FILES))
        assert found["cancelled"] is False
        assert len(client.processes()) == 1, "the second process has gone"
    finally:
        client.kill()
