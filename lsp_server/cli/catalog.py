"""``torchspore catalog``."""

from __future__ import annotations

from typing import Any

import click

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Framework
from lsp_server.cli import support
from lsp_server.messages import cli as messages


@click.command("catalog", help=support.text(messages.CATALOG))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
@click.option("--framework", type=click.Choice(["torch", "mindspore"]), help=support.text(messages.FRAMEWORK))
def command(style: str, framework: Framework | None) -> None:
    catalog = support.catalog()
    frameworks: tuple[Framework, ...] = (framework,) if framework is not None else ("torch", "mindspore")
    entries = [entry(catalog, name) for one in frameworks for name in catalog.names(one)]
    if style == "json":
        support.print_json(entries)
        return
    for one in entries:
        if one["verdict"] is not None:
            counterparts = ", ".join(counterpart["symbol"] for counterpart in one["counterparts"])
            evidence = one["evidence"]
            run = f"  {evidence['agree']}/{evidence['cases']}" if evidence is not None else ""
            click.echo(f"{one['symbol']}  {one['verdict']}  {counterparts}{run}")
    for one in frameworks:
        names = list(catalog.names(one))
        rules = [name for name in names if catalog.rule(name) is not None]
        proven = [name for name in rules if any(record.clean for record in catalog.evidence(name))]
        click.echo(
            support.text(
                messages.CATALOG_TOTALS, framework=one, symbols=len(names), rules=len(rules), proven=len(proven)
            ),
            err=True,
        )


def entry(catalog: Catalog, name: str) -> dict[str, Any]:
    """One symbol as INTERFACES has it."""
    symbol, rule = catalog.symbol(name), catalog.rule(name)
    records = catalog.evidence(name)
    record = records[0] if records else None
    return {
        "symbol": name,
        "kind": symbol.kind if symbol is not None else None,
        "verdict": rule.verdict if rule is not None else None,
        "counterparts": [
            {"symbol": one.symbol, "devices": list(one.devices), "since": one.since or None}
            for one in (rule.counterparts if rule is not None else ())
        ],
        "evidence": None
        if record is None
        else {
            "torch": record.torch,
            "mindspore": record.mindspore,
            "device": record.device,
            "cases": record.cases,
            "agree": record.agree,
            "max_error": record.max_error,
        },
    }
