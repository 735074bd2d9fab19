"""Sets up the virtual environment of a checkout; standard library only, safe to run again."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = (3, 10)


class SetupFailed(Exception):
    """What could not be set up, and what to do."""


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(folder: Path, *extras: str) -> Path:
    """A virtual environment with the project installed for editing. Gives its interpreter. Raises `SetupFailed`."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, OLDEST))
        raise SetupFailed(f"Python {version} or newer is needed; this is {sys.version.split()[0]}")
    python = python_of(folder)
    stamp = folder / f"torchspore-{'-'.join(extras) or 'plain'}.stamp"
    wanted = _digest(extras)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    if not python.exists():
        print(f"Creating {folder}", flush=True)
        venv.create(folder, with_pip=True)
    project = f".[{','.join(extras)}]" if extras else "."
    print(f"Installing {project} (output only if something goes wrong)", flush=True)
    command = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-e", project]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SetupFailed(f"{' '.join(command)}\nfailed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    stamp.write_text(wanted)
    return python


def _digest(extras: tuple[str, ...]) -> str:
    """Of everything that an installation depends on, so that a changed mapping is compiled again."""
    total = hashlib.sha256(repr((sys.version_info[:3], extras, str(ROOT))).encode())
    for path in [ROOT / "pyproject.toml", *sorted((ROOT / "mappings").rglob("*"))]:
        if path.is_file():
            total.update(path.read_bytes())
    return total.hexdigest()
