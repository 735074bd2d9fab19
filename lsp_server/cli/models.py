"""The file of a model that a command is asked about, with what it imports: from beside it, from the folder of its
package, from where the command runs, and from the packages of the active environment. All of it is only read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lsp_server.cli import support
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.environment import sites_of
from lsp_server.inference.project import Project


def split(where: str) -> tuple[Path, str]:
    """``model.py:ResNet(Block, [2])``; a drive letter is no file."""
    position = where.find(".py:")
    return (Path(where), "") if position < 0 else (Path(where[: position + 3]), where[position + 4 :])


def analyse(path: Path) -> Analysis:
    """The analysis of a file; refuses what cannot be read."""
    return support.analyse(path, Project(support.catalog(), _roots(path.resolve())))


def _roots(path: Path) -> tuple[Path, ...]:
    package = path.parent
    while (package / "__init__.py").is_file() and package != package.parent:
        package = package.parent
    environment = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    interpreters = [str(Path(environment) / "bin" / "python")] if environment else []
    sites = [site for interpreter in (*interpreters, sys.executable) for site in sites_of(interpreter)]
    return tuple(dict.fromkeys((path.parent, package, Path.cwd(), *sites)))
