"""``torchspore uses FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lsp_server.cli import support
from lsp_server.inference.uses import uses
from lsp_server.messages import cli as messages


@click.command("uses", help=support.text(messages.USES))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
def command(file: Path, style: str) -> None:
    analysis = support.analyse(file)
    entries: list[dict[str, Any]] = []
    for use in uses(analysis):
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
                "via": "static",
            }
        )
    if style == "json":
        support.print_json(entries)
        return
    for entry in entries:
        doubt = "" if entry["certainty"] == "certain" else "  ?"
        text = " ".join(str(entry["text"]).split())
        click.echo(f"{file}:{entry['line']}:{entry['col']}: {text} → {entry['symbol']}{doubt}")


_KINDS = {"property": "attribute", "constant": "attribute", "exception": "class"}
"""The five words that readers of the JSON know."""
