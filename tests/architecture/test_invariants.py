"""The invariants of docs/architecture.md, held by running the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = """import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.mask = self.register_buffer("mask", torch.zeros(3))

    def forward(self, x):
        return torch.cat([self.conv(x), x], dim=1)


net = Net()
net.buffers()
"""
BLOCKER = """
import sys


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "mindspore", "numpy"):
            raise ImportError(f"{name} is not installed")
        return None


sys.meta_path.insert(0, Blocker())
"""
COMMANDS = [
    ["uses", "model.py", "--format", "json"],
    ["convert", "model.py"],
    ["check", "model.py", "--format", "json"],
    ["state", "model.py", "--format", "json"],
    ["explain", "torch.nn.Module.buffers"],
]


def run(folder: Path, *arguments: str, path: Path | None = None) -> str:
    environment = {**os.environ, "LANG": "C", "PYTHONPATH": str(path) if path is not None else ""}
    done = subprocess.run(
        [sys.executable, "-m", "lsp_server", *arguments], cwd=folder, capture_output=True, text=True, env=environment
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_same_answers_without_the_frameworks(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(MODEL)
    blocker = tmp_path / "site"
    blocker.mkdir()
    (blocker / "sitecustomize.py").write_text(BLOCKER)
    assert run(tmp_path, *command, path=blocker) == run(tmp_path, *command) != ""


def test_the_code_of_a_workspace_is_never_run(tmp_path: Path) -> None:
    trap = "import pathlib\npathlib.Path(__file__).with_suffix('.ran').touch()\n"
    (tmp_path / "model.py").write_text(MODEL.replace("import torch\n", "import torch\nimport helper\n", 1) + trap)
    for name in ("helper.py", "conftest.py", "setup.py", "torch_helper.py"):
        (tmp_path / name).write_text(trap)
    for command in COMMANDS:
        run(tmp_path, *command)
    assert list(tmp_path.glob("*.ran")) == []


def test_the_server_never_loads_a_framework(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom lsp_server.server.app import create\nfrom lsp_server.catalog.catalog import shipped\n"
        "create(shipped())\nprint([name for name in ('torch', 'mindspore', 'numpy', 'jedi') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
