"""``torchspore convert FILE``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import Framework
from lsp_server.cli import support
from lsp_server.messages import cli as messages
from lsp_server.messages import training as training_messages
from lsp_server.migrate.files import convert
from lsp_server.migrate.report import file_report, totals
from lsp_server.migrate.target import DEVICE_CHOICES, Wishes


@click.command("convert", help=support.text(messages.CONVERT))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", type=click.Choice(["mindspore", "torch"]), default="mindspore", help=support.text(messages.TO))
@click.option("--device", type=click.Choice(DEVICE_CHOICES), default="any", help=support.text(messages.DEVICE))
@click.option("--target-version", default="", help=support.text(messages.TARGET_VERSION))
@click.option("-o", "output", type=click.Path(path_type=Path), help=support.text(messages.OUTPUT))
@click.option("--diff", "show_diff", is_flag=True, help=support.text(messages.DIFF))
@click.option("--in-place", is_flag=True, help=support.text(messages.IN_PLACE))
@click.option("--best-effort", is_flag=True, help=support.text(messages.BEST_EFFORT))
@click.option("--training", is_flag=True, help=support.text(messages.TRAINING))
@click.option("--report", type=click.Path(path_type=Path), help=support.text(messages.REPORT))
def command(
    file: Path,
    to: Framework,
    device: str,
    target_version: str,
    output: Path | None,
    show_diff: bool,
    in_place: bool,
    best_effort: bool,
    training: bool,
    report: Path | None,
) -> None:
    if sum((output is not None, show_diff, in_place)) > 1:
        support.refuse(messages.ONE_OUTPUT)
    if target_version and not re.fullmatch(r"\d+(\.\d+)*", target_version):
        support.refuse(messages.BAD_VERSION, version=target_version)
    analysis = support.analyse(file)
    target = Wishes(to, target_version, device).target(OTHER[to], analysis.catalog)
    conversion = convert(analysis, target, best_effort, training)
    entry = file_report(analysis, conversion, str(file), support.environment_language())
    if report is not None:
        files = [entry]
        content = json.dumps({"files": files, "totals": totals(files)}, ensure_ascii=False, indent=2)
        support.write_atomically(report, content + "\n")
    if show_diff:
        support.print_diff(support.diff(analysis.document.text, conversion.text, file))
    elif in_place or output is not None:
        support.write_atomically(output or file, conversion.text)
    else:
        click.echo(conversion.text, nl=False)
    _summarise(file, entry)
    for step in entry.get("training", []) if not (training or best_effort) else ():
        click.echo(support.text(training_messages.AVAILABLE, path=file, **step), err=True)
    raise SystemExit(support.FOUND if entry["left"] else 0)


def _summarise(file: Path, entry: dict[str, Any]) -> None:
    for one in entry["left"]:
        line = support.text(messages.LEFT_LINE, path=file, **{k: one[k] for k in ("line", "col", "reason", "code")})
        click.echo(line, err=True)
    for one in entry["unsafe"]:
        note = f": {one['note']}" if one["note"] else ""
        values = {"line": one["line"], "col": one["col"], "symbol": one["symbol"], "note": note}
        click.echo(support.text(messages.UNSAFE_LINE, path=file, **values), err=True)
    counts = {"converted": entry["converted"], "unsafe": len(entry["unsafe"]), "left": len(entry["left"])}
    click.echo(support.text(messages.SUMMARY, **counts), err=True)
