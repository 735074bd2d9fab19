"""``torchspore verify [SYMBOL…]``."""

from __future__ import annotations

import click
import msgspec

from lsp_server.catalog.model import Device
from lsp_server.catalog.sources import MappingError
from lsp_server.cli import support
from lsp_server.messages import cli as messages
from lsp_server.messages import environment_language


@click.command("verify", help=support.text(messages.VERIFY))
@click.argument("symbols", nargs=-1)
@click.option(
    "--device", type=click.Choice(["CPU", "Ascend", "GPU"]), default="CPU", help=support.text(messages.DEVICE)
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, help=support.text(messages.JOBS))
@click.option("--quick", is_flag=True, help=support.text(messages.VERIFY_QUICK))
@click.option("--details", is_flag=True, help=support.text(messages.VERIFY_DETAILS))
def command(symbols: tuple[str, ...], device: Device, jobs: int, quick: bool, details: bool) -> None:
    try:
        from lsp_server.verify import evidence, totals
    except ImportError as error:
        support.refuse(messages.VERIFY_NEEDS, reason=error.name or error)
    try:
        report = evidence.verify(symbols, device, jobs, quick=quick)
    except ImportError as error:
        support.refuse(messages.VERIFY_NEEDS, reason=error.name or error)
    except evidence.UnknownSymbols as error:
        support.refuse(messages.NO_SYMBOL, name=error)
    except MappingError as error:
        click.echo(f"torchspore: {error}", err=True)
        raise SystemExit(support.COULD_NOT) from error
    bad = [line for line in report.lines if not line.clean and line.cases]
    if details:
        for symbol, failure in report.disagreements:
            click.echo(f"{symbol}: {failure}")
    else:
        for line in bad:
            click.echo(f"{line.symbol}: {line.agree}/{line.cases}: {line.failure}")
    found = totals.of_report(report)
    for one in found.databases:
        name = messages.DATABASE_NAMES[one.name].text(environment_language())
        values = {**msgspec.structs.asdict(one), "name": name}
        click.echo(support.text(messages.VERIFIED_DATABASE, **values), err=True)
    click.echo(
        support.text(messages.VERIFIED, rules=found.rules, clean=found.clean, cases=found.cases, agree=found.agree),
        err=True,
    )
    click.echo(support.text(messages.VERIFIED_SAFE, rules=found.safe, disagreements=found.safe_disagreements), err=True)
    if report.unwritten or report.dropped:
        click.echo(
            support.text(messages.VERIFIED_LEFT_OUT, unwritten=report.unwritten, dropped=report.dropped), err=True
        )
    for symbol in report.regressions:
        click.echo(support.text(messages.VERIFY_REGRESSION, name=symbol), err=True)
    failed = report.regressions if quick else bad
    raise SystemExit(support.FOUND if failed or found.safe_disagreements else 0)
