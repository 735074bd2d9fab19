"""Packages outside the workspace, through a real jedi worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.answers import Answers
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.packages import Packages, packages_of
from lsp_server.inference.project import Project
from lsp_server.inference.uses import use_at
from lsp_server.syntax.document import Document

NEVER = """
import sys
raise SystemExit("this package must never be imported")
"""
BLOCKS = "import torch\n\n\nclass Block(torch.nn.Module):\n    pass\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where answers are kept; nothing is read from or left in the user's own folder."""
    folder = tmp_path / "cache"
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture
def externals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JediExternals]:
    """A worker in whose environment the package `someblocks` is installed."""
    package = tmp_path / "site" / "someblocks"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .blocks import Block\n" + NEVER)
    (package / "blocks.py").write_text(BLOCKS + NEVER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    found = JediExternals((tmp_path / "workspace",), packages_of(sys.executable))
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
    externals = JediExternals((tmp_path,), packages_of(str(tmp_path / "no-python")))
    assert externals.find("someblocks", "Block") is None
    assert externals.wait(60)
    assert externals.find("someblocks", "Block") is None
    externals.close()


def files(cache: Path) -> list[Path]:
    """What we keep; jedi has a folder of its own."""
    return [path for path in cache.rglob("*") if path.is_file() and "torchspore" in path.parts]


def again(old: JediExternals) -> JediExternals:
    """The same environment in another process, in which jedi must not be asked."""
    old.close()
    new = JediExternals(old.roots, packages_of(sys.executable))
    new._running = lambda: None  # pyright: ignore[reportPrivateUsage]  a worker that cannot be started
    return new


def test_answers_outlive_the_process(externals: JediExternals, cache: Path) -> None:
    for name in ("Block", "Nothing"):
        externals.find("someblocks", name)
    assert externals.wait(60)
    new = again(externals)
    found = new.find("someblocks", "Block")
    assert found is not None and found.name == "blocks.py"
    assert new.find("someblocks", "Nothing") is None
    assert not new.pending, "that a name does not exist is remembered too"
    assert len(files(cache)) == 1


def test_an_answer_whose_file_is_gone_is_asked_again(externals: JediExternals, tmp_path: Path) -> None:
    externals.find("someblocks", "Block")
    assert externals.wait(60)
    (tmp_path / "site" / "someblocks" / "blocks.py").rename(tmp_path / "site" / "someblocks" / "other.py")
    (tmp_path / "site" / "someblocks" / "__init__.py").write_text("from .other import Block\n")
    assert externals.find("someblocks", "Block") is None
    assert externals.pending and externals.wait(60)


def test_another_environment_has_other_answers(externals: JediExternals, tmp_path: Path) -> None:
    externals.find("someblocks", "Nothing")
    assert externals.wait(60)
    externals.close()
    (tmp_path / "site" / "new-1.0.dist-info").mkdir()
    new = JediExternals(externals.roots, Packages((tmp_path / "site",)))
    new.find("someblocks", "Nothing")
    assert new.pending
    new.close()


def test_what_is_installed_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    externals = JediExternals((), Packages((tmp_path / "site",)))
    externals.find("someblocks", "Block")
    assert externals.wait(60) and externals.find("someblocks", "Block") is None and not externals.pending
    externals.renew()
    assert externals.find("someblocks", "Block") is None and not externals.pending
    (tmp_path / "site" / "someblocks-1.0.dist-info").mkdir()
    externals.renew()
    externals.find("someblocks", "Block")
    assert externals.pending
    externals.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b'{"someblocks:Block": "/nowhere/blocks.py"}', b"0" * 6_000_000],
    ids=["empty", "cut", "list", "numbers", "binary", "gone", "huge"],
)
def test_a_broken_cache(externals: JediExternals, cache: Path, content: bytes) -> None:
    externals.find("someblocks", "Block")
    assert externals.wait(60)
    externals.close()
    (file,) = files(cache)
    file.write_bytes(content)
    new = JediExternals(externals.roots, packages_of(sys.executable))
    assert new.find("someblocks", "Block") is None
    assert new.wait(60)
    assert new.find("someblocks", "Block") is not None
    new.close()
    assert b"blocks.py" in file.read_bytes(), "what is broken is written anew"


def test_a_cache_that_cannot_be_written(externals: JediExternals, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    externals.find("someblocks", "Block")
    assert externals.wait(60)
    assert externals.find("someblocks", "Block") is not None
    externals.close()


def test_two_processes_keep_each_others_answers(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("")
    one, other = Answers(tmp_path / "c", "e"), Answers(tmp_path / "c", "e")
    one.put(("m", "a"), path)
    other.put(("m", "b"), None)
    one.save()
    other.save()
    third = Answers(tmp_path / "c", "e")
    assert ("m", "a") in third and ("m", "b") in third
    assert third.get(("m", "a")) == path
    assert not list((tmp_path / "c").glob("*.tmp"))


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    for number in range(40):
        answers = Answers(tmp_path / "c", str(number))
        answers.put(("m", "a"), None)
        answers.save()
    assert len(list((tmp_path / "c").iterdir())) <= 30
    answers = Answers(tmp_path / "c", "many")
    for number in range(21_000):
        answers.put(("m", f"n{number}"), None)
    answers.save()
    again = Answers(tmp_path / "c", "many")
    assert ("m", "n0") not in again and ("m", "n20999") in again


def test_that_jedi_could_not_be_asked_is_not_remembered(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    externals = JediExternals((tmp_path,))
    for number in range(10):
        externals.find("someblocks", f"n{number}")
    assert externals.wait(60)
    externals.close()
    assert files(cache) == []
