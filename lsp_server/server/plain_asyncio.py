"""Imports asyncio without ssl, which it has for connections that we never make: OpenSSL is a twentieth of our start."""

from __future__ import annotations

import sys


def import_without_ssl() -> None:
    """Import asyncio as in a Python that was built without ssl, which it is made for; whoever imports ssl afterwards
    has it. Does nothing where either is imported already."""
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # pyright: ignore[reportArgumentType]  documented: importing it raises ImportError
    try:
        import asyncio
    finally:
        del sys.modules["ssl"]
    assert asyncio.run
