"""The command ``torchspore``. Each subcommand is loaded when it is called, so that the server starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from lsp_server import __version__
from lsp_server.cli import support
from lsp_server.messages import cli as messages
from lsp_server.messages import weights

ServeFunction = Callable[["tuple[str, int] | None", "Path | None", str], int]
_COMMANDS = {
    "check": messages.CHECK,
    "convert": messages.CONVERT,
    "uses": messages.USES,
    "state": messages.STATE,
    "weights": weights.HELP,
    "explain": messages.EXPLAIN,
    "catalog": messages.CATALOG,
    "verify": messages.VERIFY,
}


class _Lazy(click.Group):
    """A group whose commands live in modules of their own name."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """What the commands themselves do not name goes wrong where they print: a full disk behind a redirection."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            # what was not printed would be tried again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            support.refuse(messages.UNFINISHED, error=error.strerror or error)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["server", *_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _COMMANDS:
            module = import_module(f"lsp_server.cli.{cmd_name}")
            command = module.command
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)


def build(serve: ServeFunction) -> click.Group:
    """The command line; ``serve`` runs the server, which this floor does not know."""
    group = _Lazy("torchspore", help=support.text(messages.APP))
    click.version_option(__version__, prog_name="torchspore")(group)

    @group.command("server", help=support.text(messages.SERVER))
    @click.option("--stdio", is_flag=True, help=support.text(messages.SERVER_STDIO))
    @click.option("--tcp", metavar="HOST:PORT", help=support.text(messages.SERVER_TCP))
    @click.option("--log-file", type=click.Path(path_type=Path), help=support.text(messages.LOG_FILE))
    @click.option(
        "--log-level",
        type=click.Choice(["error", "warning", "info", "debug"]),
        default="warning",
        help=support.text(messages.LOG_LEVEL),
    )
    def server(stdio: bool, tcp: str | None, log_file: Path | None, log_level: str) -> None:
        address: tuple[str, int] | None = None
        if tcp is not None:
            host, _, port = tcp.rpartition(":")
            if not host or not port.isdecimal() or int(port) > 65_535 or stdio:
                support.refuse(messages.BAD_TCP)
            address = host.removeprefix("[").removesuffix("]"), int(port)
        sys.exit(serve(address, log_file, log_level))

    return group
