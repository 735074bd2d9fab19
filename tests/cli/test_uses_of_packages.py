"""``torchspore uses`` and what the file's environment has."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BLOCK = "import torch\nraise SystemExit('never run')\nclass Block(torch.nn.Module): ...\n"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": ""}


def uses(file: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "lsp_server", "uses", str(file), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=120)
    return json.loads(done.stdout)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_packages_are_read_from_their_folders(tmp_path: Path, environment: dict[str, str]) -> None:
    write(tmp_path, {"site/blocks/__init__.py": "from .b import *", "site/blocks/b.py": BLOCK})
    write(tmp_path, {"work/main.py": "from blocks import Block\nBlock().buffers()\n"})
    environment["PYTHONPATH"] = str(tmp_path / "site")
    (found,) = uses(tmp_path / "work/main.py", environment)
    assert (found["symbol"], found["certainty"], found["via"]) == ("torch.nn.Module.buffers", "certain", "static")
    assert not (tmp_path / "cache").exists(), "jedi was not needed"


def test_jedi_is_waited_for(tmp_path: Path, environment: dict[str, str]) -> None:
    """A package in two places, of which only running code says that they belong together."""
    extend = "import torch\n__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
    write(tmp_path, {"one/blocks/__init__.py": extend, "two/blocks/__init__.py": extend, "two/blocks/b.py": BLOCK})
    write(tmp_path, {"work/main.py": "import torch\nfrom blocks.b import Block\nBlock().buffers()\ntorch.cat([])\n"})
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path / "one"), str(tmp_path / "two")))
    for _ in range(2):  # the second time from the cache
        found = uses(tmp_path / "work/main.py", environment)
        assert [(one["symbol"], one["via"]) for one in found] == [
            ("torch.nn.Module.buffers", "jedi"),
            ("torch.cat", "static"),
        ]


def test_packages_installed_for_editing(tmp_path: Path, environment: dict[str, str]) -> None:
    site = "work/.venv/lib/python3.11/site-packages"
    write(
        tmp_path,
        {
            "lib/src/blocks/__init__.py": BLOCK,
            "other/parts/__init__.py": BLOCK,
            "work/.venv/bin/python": "",
            f"{site}/blocks.pth": f"import sys\n{tmp_path}/lib/src\n",
            f"{site}/__editable___parts_1_0_finder.py": f"MAPPING = {{'parts': '{tmp_path}/other/parts'}}\n",
            "work/main.py": "from blocks import Block\nimport parts\nBlock().buffers()\nparts.Block().buffers()\n",
        },
    )
    found = uses(tmp_path / "work/main.py", environment)
    assert [one["via"] for one in found] == ["static", "static"]


def test_the_root_of_the_project(tmp_path: Path, environment: dict[str, str]) -> None:
    write(tmp_path, {"pyproject.toml": "", "src/blocks/__init__.py": BLOCK})
    write(tmp_path, {"tools/a/main.py": "from blocks import Block\nBlock().buffers()\n"})
    assert len(uses(tmp_path / "tools/a/main.py", environment)) == 1
