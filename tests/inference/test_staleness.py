"""What changes in one file holds in all others at once, and nothing else is worked out anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import uses
from lsp_server.syntax.document import Document

LAYER = "from torch import nn\nclass Block(nn.Module):\n    pass\n"
PLAIN = "class Block:\n    pass\n"
MAIN = "from a import Block\nBlock().buffers\n"
OF_BLOCK = ["torch.nn.Module.buffers"]


class Workspace:
    """Files, and what their uses are at the moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: dict[Path, Document] = {}
        self.project = Project(shipped(), (folder,), self.opened.get)

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def open(self, name: str, text: str) -> None:
        self.opened[self.folder / name] = Document.parse(text)

    def analysis(self, name: str = "main.py") -> Analysis:
        self.project.refresh()
        found = self.project.file(self.folder / name)
        assert found is not None
        return found

    def uses(self, name: str = "main.py") -> list[str]:
        return [use.symbol for use in uses(self.analysis(name)) if use.symbol.count(".") > 2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_file_changes(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", PLAIN)
    assert workspace.uses() == []
    workspace.write("a.py", LAYER)
    assert workspace.uses() == OF_BLOCK


def test_a_file_changes_behind_others(workspace: Workspace) -> None:
    workspace.write("a.py", "from b import Block")
    workspace.write("b.py", "from p.c import *")
    workspace.write("p/c.py", "from . import d\nBlock = d.Block")
    workspace.write("p/d.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    workspace.write("p/d.py", PLAIN)
    assert workspace.uses() == []


def test_a_file_changes_in_a_circle(workspace: Workspace) -> None:
    workspace.write("a.py", "import b\nfrom b import Block\nclass A: ...")
    workspace.write("b.py", LAYER + "import a\nclass B(a.A): ...")
    workspace.write("main.py", MAIN + "import b\nb.B().buffers")
    assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", "import b\nfrom b import Block\nclass A(Block): ...")
    assert workspace.uses() == OF_BLOCK * 2
    workspace.write("b.py", PLAIN + "import a\nclass B(a.A): ...")
    assert workspace.uses() == []


def test_an_importer_that_was_looked_at_before_its_dependency(workspace: Workspace) -> None:
    """`main` is asked again only after `other` has made the change known."""
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    workspace.write("other.py", MAIN)
    assert workspace.uses("main.py") == workspace.uses("other.py") == OF_BLOCK
    workspace.write("a.py", PLAIN)
    assert workspace.uses("other.py") == []
    assert workspace.uses("main.py") == []


def test_a_file_appears(workspace: Workspace) -> None:
    workspace.write("main.py", MAIN)
    assert workspace.uses() == []
    workspace.write("a.py", LAYER)
    assert workspace.uses() == OF_BLOCK


def test_a_folder_appears(workspace: Workspace) -> None:
    workspace.write("main.py", "from p.q.a import Block\nBlock().buffers\n")
    assert workspace.uses() == []
    workspace.write("p/x.py", "")
    assert workspace.uses() == []
    workspace.write("p/q/a.py", LAYER)
    assert workspace.uses() == OF_BLOCK


def test_a_file_goes(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    (workspace.folder / "a.py").unlink()
    assert workspace.uses() == []


def test_a_file_is_renamed(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write(
        "main.py", "try:\n    from a import Block\nexcept ImportError:\n    from b import Block\nBlock().buffers"
    )
    assert workspace.uses() == OF_BLOCK
    (workspace.folder / "a.py").rename(workspace.folder / "b.py")
    assert workspace.uses() == OF_BLOCK
    workspace.write("b.py", PLAIN)
    assert workspace.uses() == []


def test_a_file_appears_before_the_one_that_was_found(workspace: Workspace) -> None:
    workspace.write("src/a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", PLAIN)
    assert workspace.uses() == []


def test_a_file_named_as_the_framework_appears(workspace: Workspace) -> None:
    workspace.write("main.py", "import torch\ntorch.nn.Linear(1, 2)")
    assert workspace.uses() == ["torch.nn.Linear"][:1] or workspace.uses() == []
    before = [use.symbol for use in uses(workspace.analysis())]
    assert before == ["torch.nn.Linear"]
    workspace.write("torch.py", "")
    assert [use.symbol for use in uses(workspace.analysis())] == []


def test_a_package_gets_its_init(workspace: Workspace) -> None:
    workspace.write("p/a.py", LAYER)
    workspace.write("main.py", "from p import *\nfrom p.a import Block as B\nB().buffers\nBlock().buffers")
    assert workspace.uses() == OF_BLOCK
    workspace.write("p/__init__.py", "from .a import Block")
    assert workspace.uses() == OF_BLOCK * 2


def test_a_star_import_is_added_elsewhere(workspace: Workspace) -> None:
    workspace.write("b.py", LAYER)
    workspace.write("a.py", "")
    workspace.write("main.py", "from a import *\nBlock().buffers")
    assert workspace.uses() == []
    workspace.write("a.py", "from b import *")
    assert workspace.uses() == OF_BLOCK
    workspace.write("b.py", LAYER + "__all__ = []")
    assert workspace.uses() == []


def test_open_documents_go_before_the_disk(workspace: Workspace) -> None:
    workspace.write("a.py", PLAIN)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == []
    workspace.open("a.py", LAYER)
    assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", PLAIN + "\n")
    assert workspace.uses() == OF_BLOCK
    del workspace.opened[workspace.folder / "a.py"]
    assert workspace.uses() == []


def test_an_open_document_that_is_not_on_disk(workspace: Workspace) -> None:
    """A new file is found once it is saved; while it is open, its text is the editor's."""
    workspace.write("a.py", PLAIN)
    workspace.open("a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK


def test_edits_of_the_importer_between_changes(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.open("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    for number in range(5):
        workspace.open("main.py", MAIN + f"x = {number}\n")
        assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", PLAIN)
    workspace.open("main.py", MAIN + "x = 9\n")
    assert workspace.uses() == []
    (workspace.folder / "a.py").unlink()
    workspace.open("main.py", MAIN + "x = 8\n")
    assert workspace.uses() == []
    workspace.write("a/__init__.py", LAYER)
    workspace.open("main.py", MAIN + "x = 7\n")
    assert workspace.uses() == OF_BLOCK


def test_the_same_size_and_time(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    stat = (workspace.folder / "a.py").stat()
    workspace.write("a.py", LAYER.replace("Block", "Other"))
    os.utime(workspace.folder / "a.py", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert workspace.uses() == []


def test_only_what_is_affected(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write("b.py", LAYER)
    workspace.write("main.py", MAIN)
    workspace.write("other.py", "from b import Block\nBlock().buffers\n")
    workspace.uses("main.py"), workspace.uses("other.py")
    main, other, b = (workspace.analysis(name) for name in ("main.py", "other.py", "b.py"))
    tree = main.document
    workspace.write("a.py", PLAIN)
    assert workspace.analysis("main.py") is not main
    assert workspace.analysis("main.py").document is tree
    assert workspace.analysis("other.py") is other
    assert workspace.analysis("b.py") is b


def test_a_file_is_written_again_as_it_was(workspace: Workspace) -> None:
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    workspace.uses()
    main = workspace.analysis()
    workspace.write("a.py", LAYER)
    workspace.open("a.py", LAYER)
    assert workspace.analysis() is main


def test_files_that_are_forgotten_are_read_again(workspace: Workspace) -> None:
    """Of a large workspace only some files are kept."""
    workspace.write("a.py", LAYER)
    workspace.write("main.py", MAIN)
    assert workspace.uses() == OF_BLOCK
    for number in range(1000):
        workspace.write(f"x/f{number}.py", "")
        workspace.project.file(workspace.folder / f"x/f{number}.py")
    for _ in range(2):
        assert workspace.uses() == OF_BLOCK
    workspace.write("a.py", PLAIN)
    assert workspace.uses() == []


def test_texts_that_are_no_files(workspace: Workspace) -> None:
    """A notebook, or a document that was never saved."""
    workspace.write("a.py", LAYER)
    project = workspace.project
    note = Analysis(Document.parse(MAIN), shipped(), project, workspace.folder / "note.ipynb")
    untitled = Analysis(Document.parse(MAIN), shipped(), project)
    for analysis in (note, untitled):
        assert [use.symbol for use in uses(analysis)] == OF_BLOCK
    project.refresh()
    assert project.current(note) is note and project.current(untitled) is untitled
    workspace.write("a.py", PLAIN)
    project.refresh()
    for analysis in (note, untitled):
        assert [use.symbol for use in uses(project.current(analysis))] == []
