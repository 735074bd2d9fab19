"""The server in a real Emacs, through the configuration that is published for eglot."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from editor_layout import REPOSITORY

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 400
EMACS = shutil.which("emacs")


@pytest.fixture(scope="module")
def seen(server_python: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    if EMACS is None:
        pytest.skip("no Emacs: tests/editors/setup.py installs it where it may (apt-get, as root)")
    home = tmp_path_factory.mktemp("emacs")
    workspace = Path(shutil.copytree(HERE / "workspace", home / "workspace"))
    (workspace / ".git").mkdir()
    out = home / "seen.json"
    # the published configuration starts `torchspore`: here the one of this work tree
    command = home / "bin" / "torchspore"
    command.parent.mkdir()
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{server_python}" -m lsp_server "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    done = subprocess.run(
        [
            EMACS, "--batch", "-Q", "-l", str(HERE / "emacs_driver.el"),
            str(REPOSITORY / "docs/editors/emacs/torchspore.el"), str(workspace / "network.py"), str(out),
        ],
        env={**os.environ, "HOME": str(home), "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip
    assert out.exists(), done.stdout[-3000:]
    return json.loads(out.read_text(encoding="utf-8"))


def test_the_configuration_starts_the_server(seen: dict[str, object]) -> None:
    assert seen["server"] == "torchspore"


def test_findings_are_shown(seen: dict[str, object]) -> None:
    assert any("TS101" in str(text) or "register_buffer" in str(text) for text in list(seen["findings"]))  # type: ignore[call-overload]  JSON


def test_the_hover_is_plain_text_and_tells_both_sides(seen: dict[str, object]) -> None:
    assert "running_mean" in str(seen["hover"]) and "moving_mean" in str(seen["hover"])


def test_actions_change_the_buffer(seen: dict[str, object]) -> None:
    """eglot 1.9 does not ask for edits afterwards: small ones come with the action, large ones by a command."""
    assert "has_bias=True" in str(seen["converted"])
    assert str(seen["fixed"]).lstrip().startswith("self.register_buffer(")
    assert "nn.Cell" in str(seen["file"])
