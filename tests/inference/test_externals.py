"""Packages outside the workspace, through a real jedi worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.project import Project
from lsp_server.inference.uses import use_at
from lsp_server.syntax.document import Document

PACKAGE = """
import sys
raise SystemExit("this package must never be imported")
"""
BLOCKS = "import torch\n\n\nclass Block(torch.nn.Module):\n    pass\n"


@pytest.fixture
def externals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JediExternals]:
    """A worker in whose environment the package `someblocks` is installed."""
    package = tmp_path / "site" / "someblocks"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .blocks import Block\n" + PACKAGE)
    (package / "blocks.py").write_text(BLOCKS + PACKAGE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    found = JediExternals((tmp_path / "workspace",), sys.executable)
    yield found
    found.close()


def test_a_class_of_another_package(externals: JediExternals, tmp_path: Path) -> None:
    text = "from someblocks import Block\nBlock().buffers()\n"
    catalog = shipped()

    def symbol() -> str | None:
        project = Project(catalog, (), None, externals)
        analysis = Analysis(Document.parse(text), catalog, project, tmp_path / "workspace" / "main.py")
        use = use_at(analysis, text.index("buffers"))
        return use.symbol if use is not None else None

    assert symbol() is None, "nobody waits for jedi"
    assert externals.pending
    assert externals.wait(60)
    assert symbol() == "torch.nn.Module.buffers"


def test_what_does_not_exist_is_settled_once(externals: JediExternals) -> None:
    assert externals.find("no_such_package", "Thing") is None
    assert externals.wait(60)
    assert externals.find("no_such_package", "Thing") is None
    assert not externals.pending


def test_a_worker_that_dies_is_replaced(externals: JediExternals) -> None:
    externals.find("someblocks", "Nothing")
    assert externals.wait(60)
    externals.close()
    externals.find("someblocks", "Block")
    assert externals.wait(60)
    found = externals.find("someblocks", "Block")
    assert found is not None and found.name == "blocks.py"


def test_switched_off(externals: JediExternals) -> None:
    externals.enabled = False
    assert externals.find("someblocks", "Block") is None
    assert not externals.pending


def test_an_interpreter_that_is_not_there(tmp_path: Path) -> None:
    externals = JediExternals((tmp_path,), str(tmp_path / "no-python"))
    assert externals.find("someblocks", "Block") is None
    assert externals.wait(60)
    assert externals.find("someblocks", "Block") is None
    externals.close()
