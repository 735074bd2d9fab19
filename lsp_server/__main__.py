"""Puts the command line and the server together."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def _serve(tcp: tuple[str, int] | None, log_file: Path | None, log_level: str) -> int:
    from lsp_server.server.run import serve

    return serve(tcp, log_file, log_level)


def _plain_start(arguments: list[str]) -> str | None:
    """The log level if this is how editors start the server. That way leaves the command line out, which would cost a
    tenth of the time to the first answer."""
    if arguments[:1] != ["server"]:
        return None
    rest = [argument for argument in arguments[1:] if argument != "--stdio"]
    if not rest:
        return "warning"
    plain = len(rest) == 2 and rest[0] == "--log-level" and rest[1] in ("error", "warning", "info", "debug")
    return rest[1] if plain else None


def _leave_out_the_workspace() -> None:
    """Python searches the folder that it was started in first, if it was started with ``-m`` or PYTHONPATH says so:
    a file ``json.py`` of a workspace would run. Ours lie elsewhere, or we were started in our own checkout."""
    started_in = os.path.realpath(os.curdir)
    own = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))  # noqa: PTH120 - pathlib is a file to look for
    if started_in != own:
        sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != started_in]


def main() -> None:
    _leave_out_the_workspace()
    # what start-up makes stays; collecting in between only costs
    gc.disable()
    level = _plain_start(sys.argv[1:])
    if level is not None:
        sys.exit(_serve(None, None, level))
    from lsp_server.cli.app import build

    command = build(_serve)
    gc.enable()
    command()


if __name__ == "__main__":
    main()
