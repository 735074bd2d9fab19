"""``torchspore catalog``."""

from __future__ import annotations

from typing import Any

import click

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.catalog.totals import Totals, totals
from lsp_server.cli import support
from lsp_server.messages import cli as messages


@click.command("catalog", help=support.text(messages.CATALOG))
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
@click.option("--framework", type=click.Choice(["torch", "mindspore"]), help=support.text(messages.FRAMEWORK))
def command(style: str, framework: Framework | None) -> None:
    catalog = support.catalog()
    frameworks = (framework,) if framework is not None else FRAMEWORKS
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
        for line in summary(totals(catalog, one)):
            click.echo(line, err=True)


def summary(figures: Totals) -> list[str]:
    """What is answered of one framework, in three lines."""
    values = {name: str(getattr(figures, name)) for name in figures.__struct_fields__}
    values["verdicts"] = ", ".join(f"{verdict} {count}" for verdict, count in figures.verdicts.items())
    lines = (messages.CATALOG_TOTALS, messages.CATALOG_VERDICTS, messages.CATALOG_ORIGINS)
    return [support.text(message, **values) for message in lines]


def entry(catalog: Catalog, name: str) -> dict[str, Any]:
    """One symbol as INTERFACES has it."""
    symbol, rule = catalog.symbol(name), catalog.rule(name)
    records = catalog.evidence(name)
    record = records[0] if records else None
    return {
        "symbol": name,
        "kind": symbol.kind if symbol is not None else None,
        "core": symbol.core if symbol is not None else False,
        "verdict": rule.verdict if rule is not None else None,
        "derived": (rule.derived or None) if rule is not None else None,
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
