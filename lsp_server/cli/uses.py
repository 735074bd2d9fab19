"""``torchspore uses FILE``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from lsp_server.cli import support
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.externals import JediExternals
from lsp_server.inference.packages import packages_of
from lsp_server.inference.uses import Use, uses
from lsp_server.messages import cli as messages


@click.command("uses", help=support.text(messages.USES))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
def command(file: Path, style: str) -> None:
    analysis, found, static = _found(file)
    entries: list[dict[str, Any]] = []
    for use in found:
        line, col = support.place(analysis, use.start)
        end_line, end_col = support.place(analysis, use.end)
        entries.append(
            {
                "line": line,
                "col": col,
                "end_line": end_line,
                "end_col": end_col,
                "text": use.text,
                "symbol": use.symbol,
                "kind": _KINDS.get(use.kind, use.kind),
                "certainty": use.certainty,
                "via": "static" if static is None or _key(use) in static else "jedi",
            }
        )
    if style == "json":
        support.print_json(entries)
        return
    for entry in entries:
        doubt = "" if entry["certainty"] == "certain" else "  ?"
        text = " ".join(str(entry["text"]).split())
        click.echo(f"{file}:{entry['line']}:{entry['col']}: {text} → {entry['symbol']}{doubt}")


def _found(file: Path) -> tuple[Analysis, list[Use], set[tuple[int, int, str]] | None]:
    """The uses of a file with what jedi says of its packages, and those that are known without."""
    resolved = (file.resolve(),)
    interpreter = support.interpreter_of(resolved)
    externals = JediExternals(support.roots_of(resolved), packages_of(interpreter))
    project = support.project_of(resolved, externals)
    analysis = support.analyse(file, project)
    found = list(uses(analysis))
    end = time.monotonic() + _JEDI_SECONDS
    while externals.pending and externals.wait(max(0.0, end - time.monotonic())):
        # an answer can lead to the next question
        project.refresh()
        analysis = project.current(analysis)
        found = list(uses(analysis))
    externals.close()
    if not externals.found:
        return analysis, found, None
    return analysis, found, {_key(use) for use in uses(support.analyse(file))}


def _key(use: Use) -> tuple[int, int, str]:
    return use.start, use.end, use.symbol


_JEDI_SECONDS = 10.0
_KINDS = {"property": "attribute", "constant": "attribute", "exception": "class"}
"""The five words that readers of the JSON know."""
