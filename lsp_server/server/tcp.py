"""Serves one client over TCP, on this machine alone: whoever connects can have files of the user's read."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import sys
from typing import TYPE_CHECKING

from lsp_server.messages import environment_language
from lsp_server.messages import server as messages
from lsp_server.server.dispatch import Dispatch
from lsp_server.server.transport import Socket

if TYPE_CHECKING:
    from lsp_server.server.app import Server

logger = logging.getLogger("torchspore")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, and nobody else can reach it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def serve_tcp(server: Server, host: str, port: int) -> int:
    """Serve the first client that connects, until it says exit or goes away. 2: the address cannot be listened on."""
    language = environment_language()

    def say(text: str) -> None:
        print(f"torchspore: {text}", file=sys.stderr, flush=True)

    if not is_loopback(host):
        say(messages.NOT_LOOPBACK.text(language, host=host))
        return 2

    async def serve() -> None:
        done = asyncio.Event()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            listening.close()
            try:
                server.protocol.set_writer(writer)
                await Dispatch(server.protocol).run(Socket(reader))
            finally:
                done.set()

        listening = await asyncio.start_server(connected, host, port)
        for socket in listening.sockets:
            address, number = socket.getsockname()[:2]
            say(
                messages.LISTENING.text(
                    language, address=f"[{address}]:{number}" if ":" in address else f"{address}:{number}"
                )
            )
        await done.wait()

    try:
        asyncio.run(serve())
    except OSError as error:
        say(messages.CANNOT_LISTEN.text(language, host=host, port=port, error=error.strerror or error))
        return 2
    except SystemExit as said:
        logger.info("the client said exit")
        return said.code if isinstance(said.code, int) else 0
    except KeyboardInterrupt:
        logger.info("interrupted")
    finally:
        server.session_ended()
        server.shutdown()
    return 0
