"""Starts the server on a transport."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path

from lsp_server.catalog.catalog import CatalogMissing, shipped

LEVELS = {"error": logging.ERROR, "warning": logging.WARNING, "info": logging.INFO, "debug": logging.DEBUG}


def serve(tcp: tuple[str, int] | None = None, log_file: Path | None = None, log_level: str = "warning") -> int:
    """Serve until the client says exit. 2: it could not start, one line says why."""
    try:
        handler = logging.FileHandler(log_file, encoding="utf-8") if log_file else logging.StreamHandler(sys.stderr)
    except OSError as error:
        print(
            f"torchspore: the log file {log_file} cannot be written ({error.strerror}): choose another", file=sys.stderr
        )
        return 2
    logging.basicConfig(
        handlers=[handler], level=LEVELS[log_level], format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if log_level != "debug":
        # pygls logs every message at INFO
        logging.getLogger("pygls").setLevel(max(LEVELS[log_level], logging.WARNING))
    gc.disable()
    from lsp_server.server.app import create

    try:
        catalog = shipped()
    except CatalogMissing as error:
        print(f"torchspore: {error}", file=sys.stderr)
        return 2
    server = create(catalog)
    # what start-up made stays for good: the collector need not look at it again
    gc.freeze()
    gc.enable()
    if tcp is not None:
        from lsp_server.server.tcp import serve_tcp

        return serve_tcp(server, *tcp)
    return server.serve_stdio()
