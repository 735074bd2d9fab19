"""Whole folders on the command line: where they go, how far they are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lsp_server.cli import support
from lsp_server.messages import cli as messages
from lsp_server.migrate.project import run, tree
from lsp_server.migrate.project.journal import Journal
from lsp_server.migrate.project.work import Order, Outcome, batches


def targets(paths: tuple[Path, ...], output: Path) -> dict[Path, Path]:
    """Where each path goes: one folder into the output itself, several each under its name."""
    found: dict[Path, Path] = {}
    if len(paths) == 1:
        (path,) = paths
        inside = not path.is_dir() and output.is_dir()
        found[path] = output / path.name if inside else output
    else:
        for path in paths:
            target = output / path.resolve().name
            if target in found.values():
                support.refuse(messages.SAME_NAME, path=path, target=target)
            found[path] = target
    for path, target in found.items():
        if path.is_dir():
            check(path, target)
    if len(paths) > 1:
        _make(output)
    return found


def check(folder: Path, out: Path) -> None:
    """Refuses a folder that must not be written into."""
    if tree.is_inside(out, folder) or tree.is_inside(folder, out):
        support.refuse(messages.OUTPUT_INSIDE, output=out, path=folder)
    if out.exists() and not out.is_dir():
        support.refuse(messages.OUTPUT_IS_FILE, output=out)
    try:
        foreign = out.is_dir() and any(out.iterdir()) and not Journal(out).exists
    except OSError as error:
        support.refuse(messages.UNWRITABLE, path=out, reason=error.strerror or error)
    if foreign:
        support.refuse(messages.OUTPUT_NOT_EMPTY, output=out)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        support.refuse(messages.UNWRITABLE, path=folder, reason=error.strerror or error)


def convert(order: Order, out: Path, jobs: int) -> list[dict[str, Any]]:
    """Convert one folder into another; the reports of its files."""
    try:
        with _progress() as progress:
            result = run.convert_tree(order, out, _jobs(jobs), support.catalog(), progress)
    except OSError as error:
        support.refuse(messages.STOPPED, path=error.filename or out, reason=error.strerror or error)
    except KeyboardInterrupt:
        support.refuse(messages.INTERRUPTED)
    for path in result.kept:
        click.echo(support.text(messages.KEPT, path=out / path), err=True)
    counts = {"fresh": result.fresh, "files": len(result.reports)}
    click.echo(support.text(messages.TREE_DONE, path=out / result.notes, **counts), err=True)
    return result.reports


def outcomes(order: Order, jobs: int) -> Iterator[Outcome]:
    """The conversions of a folder that is not copied: for a diff, or in place."""
    entries = [entry for entry in tree.entries(order.top) if entry.sort not in ("other", "link")]
    return run.outcomes(order, batches(entries), _jobs(jobs), support.catalog())


def _jobs(jobs: int) -> int:
    return jobs or os.cpu_count() or 1


@contextmanager
def _progress() -> Generator[Callable[[int, int], None], None, None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(support.text(messages.CONVERTING))
        yield lambda done, total: bar.update(task, completed=done, total=total)
