"""What the commands share: language, reading and writing files, positions, refusals."""

from __future__ import annotations

import json
import os
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any, NoReturn

import click

from lsp_server.catalog.catalog import Catalog, CatalogMissing, shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.packages import interpreter_near, packages_of
from lsp_server.inference.project import Externals, Project, read_source
from lsp_server.messages import Message, environment_language
from lsp_server.messages import cli as messages
from lsp_server.syntax.document import Document
from lsp_server.weights.atomic import replacing

FOUND = 1
COULD_NOT = 2
_PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")
"""What lies at the top of a project."""


def text(message: Message, **values: object) -> str:
    return message.text(environment_language(), **values)


def refuse(message: Message, **values: object) -> NoReturn:
    """One line to stderr, exit code 2."""
    click.echo(f"torchspore: {text(message, **values)}", err=True)
    raise SystemExit(COULD_NOT)


def catalog() -> Catalog:
    try:
        return shipped()
    except CatalogMissing as error:
        click.echo(f"torchspore: {error}", err=True)
        raise SystemExit(COULD_NOT) from error


def analyse(path: Path, project: Project | None = None) -> Analysis:
    """The analysis of one file; refuses what cannot be read."""
    if path.is_dir():
        refuse(messages.IS_FOLDER, path=path)
    try:
        source = read_source(path)
    except FileNotFoundError:
        refuse(messages.NO_FILE, path=path)
    except OSError as error:
        refuse(messages.UNREADABLE, path=path, reason=error.strerror or error)
    known = catalog()
    resolved = path.resolve()
    project = project or project_of((resolved,))
    return project.file(resolved) or Analysis(Document.parse(source), known, project, resolved)


def project_of(paths: tuple[Path, ...], externals: Externals | None = None) -> Project:
    """The files around what a command works on, and the packages of their environment."""
    known = catalog()
    return Project(known, roots_of(paths), None, externals, packages_of(interpreter_of(paths)))


def interpreter_of(paths: tuple[Path, ...]) -> str:
    """That of the active environment, or of one beside the files; else our own."""
    return (interpreter_near(paths[0]) if paths else None) or sys.executable


def roots_of(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Folders that imports start from: those given, those of files, and the projects that they lie in."""
    roots: list[Path] = []
    for path in paths:
        folder = path if path.is_dir() else path.parent
        roots.append(folder)
        roots += [one for one in (folder, *folder.parents) if any((one / mark).exists() for mark in _PROJECTS)][:1]
    return tuple(dict.fromkeys(roots))


def place(analysis: Analysis, offset: int) -> tuple[int, int]:
    """Line from 1, column from 0 in code points."""
    line, column = analysis.document.lines.position(offset, "utf-32")
    return line + 1, column


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_atomically(path: Path, content: str) -> None:
    """All or nothing; permissions of an existing file are kept. Refuses what cannot be written."""
    write_bytes_atomically(path, content.encode("utf-8", "surrogatepass"))


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """All or nothing; permissions of an existing file are kept. Refuses what cannot be written."""
    try:
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        refuse(messages.UNWRITABLE, path=path, reason=error.strerror or error)


def diff(old: str, new: str, path: Path | str) -> str:
    """A unified diff that `patch` takes. Text for a path is one from the top of a tree."""
    name = path if isinstance(path, str) else path.name
    lines = unified_diff(old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)


def print_diff(content: str) -> None:
    """In colour on a terminal."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        click.echo(content, nl=False)
        return
    from rich.console import Console
    from rich.syntax import Syntax

    Console().print(Syntax(content, "diff", background_color="default"))
