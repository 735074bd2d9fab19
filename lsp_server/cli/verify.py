"""``torchspore verify [SYMBOL…]``."""

from __future__ import annotations

import click

from lsp_server.catalog.model import Device
from lsp_server.catalog.sources import MappingError
from lsp_server.cli import support
from lsp_server.messages import cli as messages


@click.command("verify", help=support.text(messages.VERIFY))
@click.argument("symbols", nargs=-1)
@click.option(
    "--device", type=click.Choice(["CPU", "Ascend", "GPU"]), default="CPU", help=support.text(messages.DEVICE)
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, help=support.text(messages.JOBS))
def command(symbols: tuple[str, ...], device: Device, jobs: int) -> None:
    try:
        from lsp_server.verify import evidence
    except ImportError as error:
        support.refuse(messages.VERIFY_NEEDS, reason=error.name or error)
    try:
        lines = evidence.run(symbols, device, jobs)
    except ImportError as error:
        support.refuse(messages.VERIFY_NEEDS, reason=error.name or error)
    except evidence.UnknownSymbols as error:
        support.refuse(messages.NO_SYMBOL, name=error)
    except MappingError as error:
        click.echo(f"torchspore: {error}", err=True)
        raise SystemExit(support.COULD_NOT) from error
    bad = [line for line in lines if not line.clean]
    for line in bad:
        click.echo(f"{line.symbol}: {line.agree}/{line.cases}: {line.failure}")
    cases = sum(line.cases for line in lines)
    agree = sum(line.agree for line in lines)
    click.echo(support.text(messages.VERIFIED, rules=len(lines), cases=cases, agree=agree), err=True)
    raise SystemExit(support.FOUND if bad else 0)
