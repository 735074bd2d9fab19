"""The servers that are measured beside each other. The peers come from PyPI into an environment of their own; all of
them are told of the environment that has torch and torchvision: the one this runs in."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, NamedTuple

from tests.soak.editor import CAPABILITIES

from .client import Client

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path.home() / ".cache/torchspore-dev/peers"
PACKAGES = ("jedi-language-server==0.47.0", "python-lsp-server==1.15.0", "ty==0.0.108", "zuban==0.10.2")


class Server(NamedTuple):
    name: str
    version: str
    command: list[str]
    options: dict[str, Any]


def compile_ours() -> None:
    """Bytecode of our package, as pip makes it where it installs. Where PYTHONDONTWRITEBYTECODE is set, a checkout has
    none of what was changed last, and each start would compile that again: 100 to 300 ms."""
    compileall.compile_dir(ROOT / "lsp_server", quiet=1)


def prepare() -> list[Server]:
    """All servers, ours first. Installs what is not there yet; raises `CalledProcessError` if that fails."""
    compile_ours()
    stamp = FOLDER / "installed"
    if not stamp.exists() or stamp.read_text() != "\n".join(PACKAGES):
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = [FOLDER / "bin/python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *PACKAGES]
        subprocess.run(pip, check=True)
        stamp.write_text("\n".join(PACKAGES))
    programs = FOLDER / "bin"
    versions = dict(package.split("==") for package in PACKAGES)
    jedi = {"workspace": {"environmentPath": sys.executable}}
    ours = {"settings": {"interpreter": [sys.executable]}}
    ty = {"diagnosticMode": "workspace", "settings": {"ty": {"diagnosticMode": "workspace"}}}
    return [
        Server("TorchSpore", _revision(), [sys.executable, "-m", "lsp_server", "server", "--stdio"], ours),
        Server("jedi-ls", versions["jedi-language-server"], [str(programs / "jedi-language-server")], jedi),
        Server("pylsp", versions["python-lsp-server"], [str(programs / "pylsp")], {}),
        Server("ty", versions["ty"], [str(programs / "ty"), "server"], ty),
        Server("zuban", versions["zuban"], [str(programs / "zuban"), "server"], {}),
    ]


def start(server: Server, workspace: Path, cache: Path, seconds: float) -> Client:
    """A process that has been greeted."""
    environment = {
        "VIRTUAL_ENV": sys.prefix,
        "PATH": f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    return Client(
        server.command,
        workspace,
        cache,
        server.options,
        ROOT if server.name == "TorchSpore" else None,
        capabilities=CAPABILITIES,
        environment=environment,
        seconds=seconds,
    )


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or "unknown"
