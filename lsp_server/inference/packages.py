"""The packages of a Python environment, read from its folders: where they lie, and which have to do with a framework.

Most packages (NumPy, tqdm) have nothing that we know: what comes from them is unknown without reading a line of them.
"""

from __future__ import annotations

import ast
import os
import re
from functools import lru_cache
from pathlib import Path

import msgspec

from lsp_server.inference.environment import sites_of

_MOST_FILES = 200
_MOST_BYTES = 1_000_000
_MOST_LINES = 200


class Packages(msgspec.Struct, frozen=True):
    """Where the packages of an environment lie: those that were installed, and those installed for editing."""

    sites: tuple[Path, ...] = ()
    editable: tuple[Path, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        return (*self.editable, *self.sites)

    def relevant(self, folder: Path, name: str) -> bool:
        """Whether the package of that name in a folder may have to do with a framework."""
        if folder in self.editable or _is_mentioned(name.encode("utf-8", "replace")):
            return True
        return _mentions_framework(folder, name, _stamp(folder))

    def state(self) -> str:
        """A text that changes whenever something is installed or removed."""
        parts: list[str] = []
        for site in self.folders:
            parts.append(f"{site}:{_stamp(site)}")
            parts += sorted(path.name for path in site.glob("*.dist-info"))
        return "\n".join(parts)


def packages_of(interpreter: str | None) -> Packages:
    """The packages that an interpreter finds; what ``PYTHONPATH`` names counts as installed."""
    named = [Path(entry) for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sites = sites_of(interpreter) if interpreter else ()
    editable = [folder for site in sites for folder in _editable(site)]
    return Packages(tuple(dict.fromkeys((*named, *sites))), tuple(dict.fromkeys(editable)))


def _editable(site: Path) -> tuple[Path, ...]:
    """Folders that ``.pth`` files name, and those of the packages that setuptools' finders name."""
    found: list[Path] = []
    for path in sorted(site.glob("*.pth"))[:_MOST_FILES]:
        for line in _read(path).decode("utf-8", "replace").splitlines()[:_MOST_LINES]:
            if line.strip() and not line.startswith(("#", "import ", "import\t")):
                found.append(site / line.strip())
    for path in sorted(site.glob("__editable___*_finder.py"))[:_MOST_FILES]:
        found += _mapped(_read(path))
    return tuple(dict.fromkeys(folder for folder in found if folder.is_dir() and folder != site))


def _mapped(source: bytes) -> list[Path]:
    """``MAPPING: dict[str, str] = {'pkg': '/home/me/pkg/src/pkg'}``: the folders above."""
    line = re.search(rb"^MAPPING\b[^=\n]*=\s*(\{.*\})\s*$", source, re.MULTILINE)
    if line is None:
        return []
    try:
        mapping = msgspec.convert(ast.literal_eval(line[1].decode("utf-8", "replace")), dict[str, str])
    except (ValueError, SyntaxError, MemoryError, RecursionError):  # of msgspec too: its errors are ValueErrors
        return []
    return [Path(path).parent for name, path in mapping.items() if Path(path).stem == name]


@lru_cache(maxsize=1024)
def _mentions_framework(folder: Path, name: str, stamp: int) -> bool:
    """By what the package says of itself; where its description is not found, by its own files."""
    description = _distributions(folder, stamp).get(_normal(name))
    if description is not None:
        return _is_mentioned(_read(description / "METADATA"))
    package = folder / name
    try:
        files = sorted(package.glob("*.py"))[:_MOST_FILES] if package.is_dir() else [folder / f"{name}.py"]
    except OSError:
        return False
    return any(_is_mentioned(_read(path)) for path in files)


def _is_mentioned(text: bytes) -> bool:
    """Whether a text names a framework, in letters of any size."""
    lowered = text.lower()
    return b"torch" in lowered or b"mindspore" in lowered


@lru_cache(maxsize=16)
def _distributions(folder: Path, stamp: int) -> dict[str, Path]:
    """The descriptions of installed packages by their names; ``stamp`` is that of the folder."""
    return {_normal(path.name.partition("-")[0]): path for path in folder.glob("*.dist-info")}


def _stamp(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""


def interpreter_near(path: Path) -> str | None:
    """The interpreter of the environment that is active, or that lies beside a file or above it."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        found = _python(Path(os.environ[name])) if os.environ.get(name) else None
        if found is not None:
            return found
    for folder in (path, *path.parents):
        for name in (".venv", "venv", "env"):
            found = _python(folder / name)
            if found is not None:
                return found
    return None


def _python(environment: Path) -> str | None:
    for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (environment / name).is_file():
            return str(environment / name)
    return None
