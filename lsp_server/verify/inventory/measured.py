"""What was seen to run on the CPU: ``mappings/inventory/cpu-<framework>-<version>.tsv``, a name and a word a line."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from lsp_server.catalog.model import Symbol
from lsp_server.verify.inventory.finish import changed

Measured = Literal["runs", "fails"]


def path_of(framework: str, version: str, folder: Path) -> Path:
    return folder / f"cpu-{framework}-{version}.tsv"


def read(path: Path) -> dict[str, Measured]:
    """By canonical name; empty if nothing was measured for that version."""
    if not path.exists():
        return {}
    found: dict[str, Measured] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, word = line.partition("\t")
        found[name] = "runs" if word == "runs" else "fails"
    return found


def write(path: Path, found: dict[str, Measured]) -> None:
    path.write_text("".join(f"{name}\t{word}\n" for name, word in sorted(found.items())), encoding="utf-8")


def merged(symbols: list[Symbol], found: dict[str, Measured]) -> list[Symbol]:
    """The symbols with what was measured."""
    return [changed(symbol, cpu=found[symbol.name]) if symbol.name in found else symbol for symbol in symbols]
