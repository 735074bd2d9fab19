"""A workspace in which everything that somebody might load or start by mistake leaves a mark."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

MODULES = (
    "sitecustomize", "usercustomize", "conftest", "setup", "noxfile", "torch", "mindspore", "json", "jedi", "parso",
    "click", "rich", "pygls", "lsprotocol", "msgspec", "tree_sitter", "tree_sitter_python", "asyncio", "typing",
    "pathlib", "logging", "subprocess", "tempfile",
)  # fmt: skip
"""Modules of the workspace: names that our own code imports, and Python, and pytest."""
MODEL = """\
import torch
import mindspore
import conftest
import sitecustomize
import evil
import evil_native
import _json
from torch import nn
from helper import Base
from evil import Layer
from unknown_package.deep import Thing
from _json import make_encoder


class Net(Base):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.register_buffer("seen", torch.zeros(3))
        self.layer = Layer(evil.SIZE)

    def forward(self, x):
        return Thing(self.conv(x))


net = Net()
net.buffers()
"""


def build(workspace: Path, marks: Path) -> Path:
    """Lays the traps; each writes a file into ``marks``. Gives the file to open."""
    marks.mkdir()
    workspace.mkdir()
    for name in MODULES:
        (workspace / f"{name}.py").write_text(trap(marks, f"module {name}"))
    (workspace / "lsp_server").mkdir()
    (workspace / "lsp_server" / "__init__.py").write_text(trap(marks, "package lsp_server"))
    (workspace / "helper.py").write_text(
        f"{trap(marks, 'helper')}\nimport torch\n\n\nclass Base(torch.nn.Module):\n    pass\n"
    )
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    for name in ("_json", "evil_native", "_heapq"):
        # No library: loading it fails with an error that names the file, and the audit log shows it.
        (workspace / f"{name}{suffix}").write_bytes(b"\x7fELF not really")
    environment(workspace / ".venv", marks)
    for name in ("pyproject.toml", "torchspore.toml"):
        (workspace / name).write_text('[tool.torchspore]\n[build-system]\nrequires = []\nbuild-backend = "conftest"\n')
    model = workspace / "model.py"
    model.write_text(MODEL)
    return model


def environment(folder: Path, marks: Path) -> None:
    """A virtual environment whose interpreter, ``.pth`` files and packages are traps."""
    (folder / "bin").mkdir(parents=True)
    for name in ("python", "python3", "torchspore", "pip", "git", "node"):
        path = folder / "bin" / name
        path.write_text(f"#!/bin/sh\ntouch '{marks}/started {name}'\necho 3.11.0\n")
        path.chmod(0o755)
    (folder / "pyvenv.cfg").write_text(f"home = {folder}/bin\ninclude-system-site-packages = true\nversion = 3.11.0\n")
    site = folder / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    site.mkdir(parents=True)
    (site / "evil.pth").write_text(f"import pathlib; pathlib.Path({str(marks / 'pth')!r}).touch()\n/\n../../../..\n")
    (site / "__editable___evil_finder.py").write_text(
        "MAPPING: dict[str, str] = {'evil': '" + str(site / "evil") + "', 'x': __import__('os').system('id')}\n"
    )
    for name in ("sitecustomize", "usercustomize", "json", "jedi"):
        (site / f"{name}.py").write_text(trap(marks, f"installed {name}"))
    for name in ("evil", "torch", "mindspore"):
        (site / name).mkdir()
        source = (
            f"{trap(marks, f'installed {name}')}\nimport torch\nSIZE = 3\n\n\nclass Layer(torch.nn.Module):\n    pass\n"
        )
        (site / name / "__init__.py").write_text(source)
        info = site / f"{name}-99.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 99.0\nSummary: for torch\n")
        (info / "entry_points.txt").write_text("[torchspore]\nrules = evil:Layer\n[pytest11]\nevil = evil\n")


def trap(marks: Path, name: str) -> str:
    return f"open({str(marks / name)!r}, 'w').close()"
