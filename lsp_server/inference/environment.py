"""Which versions of the frameworks a Python environment has, read from its folders; nothing of it is run."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lsp_server.catalog.model import FRAMEWORKS, Framework

_SITES = ("lib/python3*/site-packages", "Lib/site-packages")


@lru_cache(maxsize=16)
def installed_versions(interpreter: str) -> tuple[tuple[Framework, str], ...]:
    """Framework and version (without a local part such as ``+cpu``) for an interpreter's environment."""
    root = Path(interpreter).parent.parent
    found: list[tuple[Framework, str]] = []
    for framework in FRAMEWORKS:
        for site in _SITES:
            names = [path.name for path in root.glob(f"{site}/{framework}-*.dist-info")]
            if names:
                version = max(names).removesuffix(".dist-info").partition("-")[2]
                found.append((framework, version.partition("+")[0]))
                break
    return tuple(found)


def site_of(interpreter: str) -> Path | None:
    """Where an interpreter's environment has its packages."""
    root = Path(interpreter).parent.parent
    return next((path for site in _SITES for path in sorted(root.glob(site))), None)
