"""Which files of a workspace are looked at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lsp_server.inference.walk import python_files


def made(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")


def test_python_files_without_environments(tmp_path: Path) -> None:
    made(tmp_path, "b.py", "a/z.py", "a/x.txt", ".venv/x.py", "node_modules/x.py", ".hidden/x.py", "c.py/x.txt")
    assert list(python_files((tmp_path,))) == [tmp_path / "b.py", tmp_path / "a/z.py"]


def test_roots_inside_of_each_other(tmp_path: Path) -> None:
    made(tmp_path, "a/b/x.py", "y.py")
    found = list(python_files((tmp_path / "a", tmp_path, tmp_path / "a/b", tmp_path / "nowhere")))
    assert sorted(found) == [tmp_path / "a/b/x.py", tmp_path / "y.py"]


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs symbolic links")
def test_links_are_not_followed(tmp_path: Path) -> None:
    made(tmp_path, "a/x.py")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "link.py").symlink_to(tmp_path / "a/x.py")
    assert list(python_files((tmp_path,))) == [tmp_path / "a/x.py"]
