"""The settings of the files that a command works on: those of the project's file that is nearest to each."""

from __future__ import annotations

from pathlib import Path

import click

from lsp_server.messages import environment_language
from lsp_server.settings.files import load, nearest, settings_of
from lsp_server.settings.model import Problem, Settings


class Configured:
    """Each file of settings is read once, and what is broken in it is said once."""

    def __init__(self) -> None:
        self._known: dict[Path | None, Settings] = {None: Settings()}
        self._nearest: dict[Path, Path | None] = {}
        self._problems: list[Problem] = []

    def of(self, path: Path) -> Settings:
        """What holds for a file or folder, given in full."""
        folder = path if path.is_dir() else path.parent
        if folder not in self._nearest:
            self._nearest[folder] = nearest(folder)
        file = self._nearest[folder]
        if file is not None and file not in self._known:
            found = load(file)
            self._known[file] = settings_of(found)
            self._problems += found.problems
        return self._known[file]

    def tell(self) -> None:
        """Name what is broken, on standard error."""
        for problem in self._problems:
            click.echo(f"torchspore: {problem.text(environment_language())}", err=True)
        self._problems = []
