"""``torchspore convert PATH…``: one file to the terminal, or whole trees into a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import msgspec

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import Framework
from lsp_server.cli import along, support, trees
from lsp_server.cli.configured import Configured
from lsp_server.messages import cli as messages
from lsp_server.messages import environment_language
from lsp_server.messages import training as training_messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.migrate.project.tree import Entry, sort_of
from lsp_server.migrate.project.work import Order, Outcome, convert_batch
from lsp_server.migrate.report import summary, totals
from lsp_server.migrate.report_page import page
from lsp_server.migrate.target import DEVICE_CHOICES, Wishes


@click.command("convert", help=support.text(messages.CONVERT))
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["mindspore", "torch"]), help=support.text(messages.TO))
@click.option("--device", type=click.Choice(DEVICE_CHOICES), help=support.text(messages.DEVICE))
@click.option("--target-version", default="", help=support.text(messages.TARGET_VERSION))
@click.option("-o", "output", type=click.Path(path_type=Path), help=support.text(messages.OUTPUT))
@click.option("--diff", "show_diff", is_flag=True, help=support.text(messages.DIFF))
@click.option("--in-place", is_flag=True, help=support.text(messages.IN_PLACE))
@click.option("--best-effort", is_flag=True, help=support.text(messages.BEST_EFFORT))
@click.option("--training", is_flag=True, help=support.text(messages.TRAINING))
@click.option("--with", "along_with", multiple=True, metavar="PACKAGE", help=support.text(messages.WITH))
@click.option("--report", type=click.Path(path_type=Path), help=support.text(messages.REPORT))
@click.option("--jobs", type=click.IntRange(min=0), default=1, help=support.text(messages.CONVERT_JOBS))
def command(
    paths: tuple[Path, ...],
    to: Framework | None,
    device: str | None,
    target_version: str,
    output: Path | None,
    show_diff: bool,
    in_place: bool,
    best_effort: bool,
    training: bool,
    along_with: tuple[str, ...],
    report: Path | None,
    jobs: int,
) -> None:
    if sum((output is not None, show_diff, in_place)) > 1:
        support.refuse(messages.ONE_OUTPUT)
    if target_version and not re.fullmatch(r"\d+(\.\d+)*", target_version):
        support.refuse(messages.BAD_VERSION, version=target_version)
    for path in paths:
        if not path.exists():
            support.refuse(messages.NO_FILE, path=path)
    folders = [path for path in paths if path.is_dir()]
    if not (output or show_diff or in_place):
        if folders:
            support.refuse(messages.FOLDER_NEEDS_OUTPUT, path=folders[0])
        if len(paths) > 1:
            support.refuse(messages.SEVERAL_NEED_OUTPUT)
    configured = Configured()
    said = configured.of(next(iter(paths)).resolve()).target
    configured.tell()
    framework: Framework = to or ("torch" if said.framework == "torch" else "mindspore")
    wishes = Wishes(framework, target_version or said.version, device or said.device)
    target = wishes.target(OTHER[framework], support.catalog())
    language = environment_language()
    interpreter = support.interpreter_of(tuple(path.resolve() for path in paths))
    targets = trees.targets(paths, output) if output is not None else {}
    files: list[dict[str, Any]] = []
    packages = along.packages(along_with, paths, output, interpreter)
    names = frozenset(along_with)
    shared = Order(Path(), target, best_effort, training, language, (), interpreter, Path(), names)
    for path in paths:
        folder = path if path.is_dir() else path.parent
        roots = support.roots_of((path.resolve(),))
        order = msgspec.structs.replace(shared, top=folder.resolve(), roots=roots, shown=folder)
        if path.is_dir() and output is not None:
            files += trees.convert(order, targets[path], jobs)
        else:
            outcomes = trees.outcomes(order, jobs) if path.is_dir() else _one(order, path)
            for outcome in outcomes:
                _give(order, outcome, targets.get(path), show_diff, in_place)
                files.append(outcome.report)
    own = len(files)
    for package in packages:
        files += along.convert(package, shared, jobs)
    if report is not None:
        content = json.dumps({"files": files, "totals": totals(files)}, ensure_ascii=False, indent=2) + "\n"
        if report.suffix == ".md":
            content = page(files, FRAMEWORK_NAMES[framework], language)
        support.write_atomically(report, content)
    if not folders:
        _list(files[:own])
    for one in files if not (training or best_effort) else ():
        for step in one.get("training", []):
            values = {"line": step["line"], "col": step["col"]}
            click.echo(support.text(training_messages.AVAILABLE, path=one["path"], **values), err=True)
    click.echo(summary(files, language), err=True)
    raise SystemExit(support.FOUND if any(one["left"] for one in files) else 0)


def _one(order: Order, path: Path) -> list[Outcome]:
    """One file that was named; refused where its text cannot be read at all."""
    sort = sort_of(path.name)
    entry = Entry(path.name, "python" if sort == "other" else sort)
    try:
        path.read_bytes()
    except OSError as error:
        support.refuse(messages.UNREADABLE, path=path, reason=error.strerror or error)
    return list(convert_batch(order, (entry,), support.catalog()))


def _give(order: Order, outcome: Outcome, target: Path | None, show_diff: bool, in_place: bool) -> None:
    """The converted file where the user wants it."""
    path = order.shown / outcome.path
    if show_diff:
        if outcome.data is not None:
            old = path.read_bytes().decode("utf-8", "replace")
            support.print_diff(support.diff(old, outcome.data.decode("utf-8", "replace"), outcome.path))
    elif in_place:
        if outcome.data is not None:
            support.write_bytes_atomically(path.resolve(), outcome.data)
    else:
        data = outcome.data if outcome.data is not None else path.read_bytes()
        if target is not None:
            support.write_bytes_atomically(target, data)
        else:
            click.echo(data.decode("utf-8", "replace"), nl=False)


def _list(files: list[dict[str, Any]]) -> None:
    """What is left of files that were named one by one."""
    for entry in files:
        path = entry["path"]
        for one in entry["left"]:
            line = support.text(messages.LEFT_LINE, path=path, **{k: one[k] for k in ("line", "col", "reason", "code")})
            click.echo(line, err=True)
        for one in entry["unsafe"]:
            note = f": {one['note']}" if one["note"] else ""
            values = {"line": one["line"], "col": one["col"], "symbol": one["symbol"], "note": note}
            click.echo(support.text(messages.UNSAFE_LINE, path=path, **values), err=True)
