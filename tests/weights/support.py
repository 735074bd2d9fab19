"""What the tests of this floor share: the command, and models as text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Target
from lsp_server.syntax.document import Document

HEADER = "import torch\nimport torch.nn as nn\n\n\n"
TARGET = Target("mindspore", "2.10.0", "any")


def weights(*arguments: object, language: str = "C.UTF-8", **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "lsp_server", "weights", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", env=environment, stdin=subprocess.DEVNULL, **more
    )


def done(*arguments: object, code: int = 0) -> str:
    """What the command says where it ends with a code."""
    result = weights(*arguments)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr and result.stdout == ""
    return result.stderr


def converted(source: str) -> str:
    """A file as `torchspore convert` writes it."""
    catalog = shipped()
    conversion = convert(Analysis(Document.parse(source), catalog, Project(catalog, ())), TARGET)
    assert not conversion.left, [left.symbol for left in conversion.left]
    return conversion.text


def run(source: str) -> dict[str, Any]:
    """The names that a source defines."""
    module = ModuleType("executed")
    sys.modules["executed"] = module  # classes look for their module
    exec(compile(source, "<model>", "exec"), module.__dict__)
    return module.__dict__


def module_file(folder: Path, body: str, name: str = "net.py") -> Path:
    path = folder / name
    path.write_text(HEADER + body, encoding="utf-8")
    return path


def leftovers(folder: Path) -> list[str]:
    """Unfinished files."""
    return [path.name for path in folder.iterdir() if path.name.endswith(".tmp")]
