"""Where a Python environment has its packages, and which versions of the frameworks; read from its folders, nothing of
it is run: an interpreter inside of a workspace is code of that workspace."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from lsp_server.catalog.model import FRAMEWORKS, Framework

_SITES = ("lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages")
_DEBIAN = ("local/lib/python3*/dist-packages", "lib/python3*/dist-packages")
"""Where Debian's Python has what pip and what the system installed."""
_USER = (".local/lib/python3*/site-packages",)
_LONGEST = 10_000


@lru_cache(maxsize=16)
def installed_versions(interpreter: str) -> tuple[tuple[Framework, str], ...]:
    """Framework and version (without a local part such as ``+cpu``) for an interpreter's environment."""
    found: list[tuple[Framework, str]] = []
    for framework in FRAMEWORKS:
        for site in sites_of(interpreter):
            names = [path.name for path in site.glob(f"{framework}-*.dist-info")]
            if names:
                version = max(names).removesuffix(".dist-info").partition("-")[2]
                found.append((framework, version.partition("+")[0]))
                break
    return tuple(found)


def sites_of(interpreter: str) -> tuple[Path, ...]:
    """The folders where an interpreter's environment has its packages, in the order in which Python searches them."""
    root = Path(interpreter).parent.parent
    settings = _settings(root)
    if settings is None:
        return _installed(interpreter)
    home = settings.get("home")
    with_system = settings.get("include-system-site-packages", "").lower() == "true"
    system = _installed(str(Path(home) / Path(interpreter).name)) if with_system and home else ()
    return tuple(dict.fromkeys((*_found(root, _SITES), *system)))


def _installed(interpreter: str) -> tuple[Path, ...]:
    """The folders of an interpreter that is in no virtual environment."""
    root = Path(interpreter).parent.parent
    own = _found(root, _SITES)
    return (*_user_sites(interpreter, own), *own, *_found(root, _DEBIAN))


def _settings(root: Path) -> dict[str, str] | None:
    """What ``pyvenv.cfg`` says; None where there is none, and so no virtual environment."""
    try:
        with (root / "pyvenv.cfg").open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_LONGEST).splitlines()
    except OSError:
        return None
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lower(): value.strip() for key, _, value in pairs}


def _user_sites(interpreter: str, own: list[Path]) -> list[Path]:
    """The user's own packages, for the version of Python that the interpreter is, as far as one can see."""
    try:
        home = Path.home()
        name = Path(interpreter).resolve().name
    except (OSError, RuntimeError):
        return []
    version = re.fullmatch(r"python(3\.\d+)", name)
    versions = {version[1]} if version else {path.parent.name.removeprefix("python") for path in own}
    return [path for path in _found(home, _USER) if path.parent.name.removeprefix("python") in versions]


def _found(root: Path, patterns: tuple[str, ...]) -> list[Path]:
    """The folders that fit, each once: ``lib64`` is often another name of ``lib``."""
    found: dict[str, Path] = {}
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            found.setdefault(os.path.realpath(path), path)
    return list(found.values())
