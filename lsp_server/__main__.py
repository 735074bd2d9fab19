"""Puts the command line and the server together."""

from __future__ import annotations

import gc
from pathlib import Path


def _serve(tcp: tuple[str, int] | None, log_file: Path | None, log_level: str) -> int:
    from lsp_server.server.run import serve

    return serve(tcp, log_file, log_level)


def main() -> None:
    # what start-up makes stays; collecting in between only costs
    gc.disable()
    from lsp_server.cli.app import build

    command = build(_serve)
    gc.enable()
    command()


if __name__ == "__main__":
    main()
