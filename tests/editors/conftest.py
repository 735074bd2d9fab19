"""What the editor tests share. Environment variables:

TORCHSPORE_EDITORS  the folder that setup.py filled (default: ~/.cache/torchspore-dev/editors)
TORCHSPORE_PYTHON   an interpreter whose environment has torchspore installed (default: the one running pytest)
TORCHSPORE_VSIX     a ready .vsix to test; without it one is built from the work tree
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from editor_layout import REPOSITORY, Layout, chromium, default_cache
from vscode_window import VsCode, extension_under_test

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(default_cache())


@pytest.fixture(scope="session")
def require(layout: Layout):
    """Fails, rather than skips, if a step of setup.py was not run: a test that nobody runs tests nothing."""

    def check(*steps: str, browser: bool = False) -> None:
        missing = layout.missing(*steps)
        if browser and chromium() is None:
            missing.append("chromium")
        if missing:
            pytest.fail(
                f"the editor environment lacks {', '.join(missing)}; run\n\n    {layout.command()}\n", pytrace=False
            )

    return check


@pytest.fixture(scope="session")
def server_python() -> Path:
    return Path(os.environ.get("TORCHSPORE_PYTHON") or sys.executable)


@pytest.fixture(scope="session")
def artifacts() -> Path:
    folder = REPOSITORY / "artifacts"
    (folder / "screenshots").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def extension(require, layout: Layout) -> Path:
    """The .vsix under test."""
    require("node", "vscode-client")
    return extension_under_test(layout)


@pytest.fixture(scope="session")
def vscode(
    require,
    extension: Path,
    layout: Layout,
    server_python: Path,
    artifacts: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], VsCode]]:
    """VS Code in a language; what is started is shared by all tests, and ends with them."""
    require("code-server", "code-server-dependencies", "code-server-extensions", "playwright", browser=True)
    running: dict[str, VsCode] = {}

    def in_language(language: str) -> VsCode:
        if language not in running:
            home = tmp_path_factory.mktemp(f"vscode-{language}")
            running[language] = VsCode(layout, extension, server_python, home, artifacts, language)
        return running[language]

    yield in_language
    for one in running.values():
        one.stop()
