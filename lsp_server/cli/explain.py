"""``torchspore explain NAME|CODE``."""

from __future__ import annotations

import sys
from typing import Any, NoReturn

import click

from lsp_server.catalog.catalog import Catalog
from lsp_server.cli import support
from lsp_server.findings import registry
from lsp_server.findings.kinds import KINDS
from lsp_server.messages import Language, environment_language
from lsp_server.messages import cli as messages
from lsp_server.messages import server as server_messages
from lsp_server.migrate.explain import explain_symbol
from lsp_server.migrate.explanation import localised
from lsp_server.migrate.target import DEVICE_CHOICES, Wishes, target_for


@click.command("explain", help=support.text(messages.EXPLAIN))
@click.argument("name")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", help=support.text(messages.FORMAT)
)
@click.option("--lang", type=click.Choice(["en", "zh-cn"]), help=support.text(messages.LANGUAGE))
@click.option("--device", type=click.Choice(DEVICE_CHOICES), default="any", help=support.text(messages.DEVICE))
@click.option("--target-version", default="", help=support.text(messages.TARGET_VERSION))
def command(name: str, style: str, lang: Language | None, device: str, target_version: str) -> None:
    language = lang or environment_language()
    finding = KINDS.get(name.upper())
    if finding is not None:
        page = registry.page(finding, language)
        if style == "json":
            support.print_json(
                {"code": finding.code, "name": finding.name, "severity": finding.severity, "markdown": page}
            )
        else:
            _show(page)
        return
    catalog = support.catalog()
    canonical = catalog.canonical(name)
    if canonical is None:
        _refuse_unknown(catalog, name)
    wishes = Wishes(version=target_version, device=device)
    target = target_for(canonical, wishes, catalog)
    assert target is not None  # a canonical name belongs to a framework
    explanation = explain_symbol(catalog, canonical, target, language)
    assert explanation is not None  # and is in the inventory
    if style == "json":
        support.print_json(_as_json(catalog, canonical, explanation.markdown, language))
    else:
        _show(explanation.markdown)


def _refuse_unknown(catalog: Catalog, name: str) -> NoReturn:
    similar = catalog.nearest(name)
    if similar:
        support.refuse(server_messages.UNKNOWN_NAME, name=name, similar=", ".join(similar))
    support.refuse(server_messages.UNKNOWN_NAME_ALONE, name=name)


def _as_json(catalog: Catalog, name: str, markdown: str, language: Language) -> dict[str, Any]:
    symbol, rule = catalog.symbol(name), catalog.rule(name)
    return {
        "symbol": name,
        "kind": symbol.kind if symbol is not None else None,
        "verdict": rule.verdict if rule is not None else None,
        "counterparts": [
            {
                "symbol": one.symbol,
                "devices": list(one.devices),
                "since": one.since or None,
                "template": one.template or None,
                "define": "\n\n\n".join(each.source for each in catalog.defined(one).values()) or None,
            }
            for one in (rule.counterparts if rule is not None else ())
        ],
        "note": localised(rule.note, language) if rule is not None else "",
        "advice": localised(rule.advice, language) if rule is not None else "",
        "markdown": markdown,
    }


def _show(markdown: str) -> None:
    """Rendered on a terminal, as it is elsewhere."""
    if not sys.stdout.isatty():
        click.echo(markdown)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(markdown))
