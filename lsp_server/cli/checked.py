"""A file that is checked: a script, or the cells of a notebook; where things lie in it, and how fixes get into it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lsp_server.cli import support
from lsp_server.findings import registry
from lsp_server.findings.checking import Wanted, findings
from lsp_server.findings.model import Finding
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.messages import cli as messages
from lsp_server.migrate.edits import apply
from lsp_server.migrate.project import notebook as notebooks
from lsp_server.migrate.project.notebook import Notebook
from lsp_server.syntax.document import Document, encode

NOTEBOOK = ".ipynb"


class Place(msgspec.Struct, frozen=True):
    """Line from 1, column from 0 in code points; in a notebook those of the code cell with this number, from 1."""

    line: int
    column: int
    cell: int | None = None


class Checked(msgspec.Struct, frozen=True):
    """One file with what was found in it."""

    path: Path
    analysis: Analysis
    notebook: Notebook | None
    findings: list[Finding]

    def place(self, offset: int) -> Place:
        if self.notebook is None:
            return Place(*support.place(self.analysis, offset))
        cell, line, column = notebooks.place(self.notebook, offset)
        return Place(line + 1, column, cell)

    def fixed(self, unsafe: bool) -> bytes | None:
        """What the file becomes; None if nothing in it is fixed."""
        edits = registry.fixes(self.findings, unsafe)
        if not edits:
            return None
        if self.notebook is not None:
            return notebooks.write(self.notebook, edits)
        return encode(apply(self.analysis.document.data, edits))


def check(path: Path, project: Project, wanted: Wanted) -> Checked:
    """Read and check one file; refuses what cannot be read."""
    if path.suffix != NOTEBOOK:
        analysis = support.analyse(path, project)
        return Checked(path, analysis, None, findings(analysis, wanted))
    try:
        notebook = notebooks.read(path.read_bytes())
    except OSError as error:
        support.refuse(messages.UNREADABLE, path=path, reason=error.strerror or error)
    except notebooks.NoNotebook as error:
        support.refuse(messages.NO_NOTEBOOK, path=path, reason=error)
    analysis = Analysis(Document(notebook.text), project.catalog, project, path.resolve())
    breaks = tuple(cell.start for cell in notebook.cells)
    return Checked(path, analysis, notebook, findings(analysis, wanted, breaks))
