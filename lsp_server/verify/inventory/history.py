"""What older packages of a framework had otherwise: names that came or went, and other parameters."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from lsp_server.catalog.model import Earlier, Framework, History, Symbol
from lsp_server.verify.inventory.walk import progress

OLDER: dict[Framework, tuple[str, ...]] = {"mindspore": ("2.7.0", "2.7.1", "2.7.2", "2.8.0", "2.9.0")}
"""The packages that are read, the oldest first; PyPI has no older ones."""

_LARGE = ("/lib/plugin/ascend", "/lib/plugin/gpu")
"""What an import on the CPU does not need."""


class Surface:
    """The symbols of one version, and which of them a name means there."""

    def __init__(self, version: str, symbols: Sequence[Symbol]) -> None:
        self.version = version
        self.symbols = {symbol.name: symbol for symbol in symbols}
        self._aliases = {alias: symbol for symbol in symbols for alias in symbol.aliases}

    def find(self, name: str) -> Symbol | None:
        """The symbol under its canonical name of today or another one, or as a member of a public base."""
        found = self.symbols.get(name) or self._aliases.get(name)
        if found is not None:
            return found
        owner, _, member = name.rpartition(".")
        cls = self.symbols.get(owner)
        bases = cls.bases if cls is not None else ()
        return next((self.symbols[f"{base}.{member}"] for base in bases if f"{base}.{member}" in self.symbols), None)


def compare(surfaces: Sequence[Surface]) -> list[History]:
    """The symbols that are not the same in all versions, the oldest of which comes first."""
    names = {name for surface in surfaces for name in surface.symbols}
    found = (_history(name, surfaces) for name in sorted(names))
    return [one for one in found if one is not None]


def _history(name: str, surfaces: Sequence[Surface]) -> History | None:
    there = [surface.find(name) for surface in surfaces]
    first = next(i for i, symbol in enumerate(there) if symbol is not None)
    last = max(i for i, symbol in enumerate(there) if symbol is not None)
    since = surfaces[first].version if first else ""
    if last < len(surfaces) - 1:
        symbol = there[last]
        if symbol is None or symbol.name != name or not symbol.documented:
            return None
        gone = Symbol(name, symbol.kind, symbol.signatures, symbol.returns, symbol.bases)
        return History(name, since, surfaces[last + 1].version, _earlier(there[: last + 1], surfaces), gone)
    if name not in surfaces[-1].symbols:
        return None  # it has another canonical name now, or a base has it
    earlier = _earlier(there, surfaces)
    return History(name, since, "", earlier) if since or earlier else None


def _earlier(there: Sequence[Symbol | None], surfaces: Sequence[Surface]) -> tuple[Earlier, ...]:
    """The parameters before each version that changed them."""
    found: list[Earlier] = []
    for index in range(1, len(there)):
        before, after = there[index - 1], there[index]
        if before is not None and after is not None and before.signatures and _calls(before) != _calls(after):
            found.append(Earlier(surfaces[index].version, before.signatures))
    return tuple(found)


def _calls(symbol: Symbol) -> list[object]:
    """How one calls it; what the calls return is read from docstrings, which change more often than the calls."""
    return [signature.parameters for signature in symbol.signatures]


def write(framework: Framework, versions: Sequence[str], histories: list[History], folder: Path) -> Path:
    """One header line, then one symbol a line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{framework}.jsonl"
    lines = [msgspec.json.encode({"framework": framework, "versions": list(versions)})]
    lines += [msgspec.json.encode(one) for one in histories]
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


def surface_of_package(framework: Framework, version: str) -> Surface:
    """The symbols of a package from PyPI, read by this generator in a process that imports that package."""
    with tempfile.TemporaryDirectory(prefix="torchspore-") as name:
        folder = Path(name)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", name, f"{framework}=={version}"]
        progress(f"{framework} {version} …")
        subprocess.run(pip, check=True)
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            wanted = [member for member in archive.namelist() if not any(part in member for part in _LARGE)]
            archive.extractall(folder / "package", wanted)
        wheel.unlink()
        path = os.pathsep.join((str(folder / "package"), str(Path(__file__).parents[3])))
        run = [sys.executable, "-m", __package__ or "", framework, "-o", name]
        subprocess.run(run, check=True, env={**os.environ, "PYTHONPATH": path})
        return surface_of_file(folder / f"{framework}-{version}.jsonl", version)


def surface_of_file(path: Path, version: str) -> Surface:
    """The symbols of an inventory that lies there already."""
    return Surface(version, [msgspec.json.decode(line, type=Symbol) for line in path.read_bytes().splitlines()[1:]])
