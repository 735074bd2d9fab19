"""Writing an inventory: one header line, then one symbol a line, sorted; whole or not at all."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import msgspec

from lsp_server.catalog.model import Symbol
from lsp_server.verify.inventory.walk import progress

INVENTORY = Path("mappings/inventory")
"""Where inventories lie, seen from the checkout that the commands are run in."""


def write(framework: str, version: str, symbols: list[Symbol], folder: Path) -> Path:
    """Write ``<folder>/<framework>-<version>.jsonl`` and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{framework}-{version}.jsonl"
    lines = [msgspec.json.encode({"framework": framework, "version": version})]
    lines += [msgspec.json.encode(symbol) for symbol in sorted(symbols, key=lambda s: s.name)]
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(b"\n".join(lines) + b"\n")
    temporary.replace(path)
    return path


def summarize(symbols: list[Symbol]) -> None:
    """Say on stderr what the inventory has and what it lacks."""
    progress(f"{len(symbols)} symbols, {sum(s.documented for s in symbols)} documented")
    counts = Counter(s.kind for s in symbols)
    bare = Counter(s.kind for s in symbols if not s.signatures)
    known = Counter(s.kind for s in symbols if s.returns or any(g.returns for g in s.signatures))
    for kind, count in sorted(counts.items()):
        parts = [f"{kind}: {count}"]
        if kind in ("class", "exception", "function", "method"):
            parts.append(f"{bare[kind]} without signature")
        if kind in ("function", "method", "property", "attribute", "constant"):
            parts.append(f"{known[kind]} with returns")
        progress(", ".join(parts))
    progress(f"{sum(len(s.aliases) for s in symbols)} aliases, {sum(bool(s.deprecated) for s in symbols)} deprecated")
