"""Migration mode in a real Neovim, in English and in Chinese: status line, quickfix, suppressing, everything safe."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from editor_layout import REPOSITORY, Layout

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 200
TITLES = {"en": "Ignore TS302 on this line", "zh-cn": "在此行忽略 TS302"}

Seen = Callable[[str], Any]


@pytest.fixture(scope="module", params=TITLES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def seen(require, language: str, layout: Layout, server_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What Neovim saw, by the name of the observation; one run for each language."""
    require("neovim")
    home = tmp_path_factory.mktemp(f"neovim-{language}")
    workspace = Path(shutil.copytree(HERE / "migration_workspace", home / "workspace"))
    (workspace / "torchspore.toml").write_text(
        f'migration.mode = "torch-to-mindspore"\nlanguage = "{language}"\n', encoding="utf-8"
    )
    (workspace / "pyproject.toml").touch()
    # the server of this checkout, whatever is installed beside the interpreter
    scripts = home / "bin"
    scripts.mkdir()
    start = f'#!/bin/sh\nexport PYTHONPATH={REPOSITORY}\nexec {server_python} -m lsp_server "$@"\n'
    (scripts / "torchspore").write_text(start, encoding="utf-8")
    (scripts / "torchspore").chmod(0o755)
    out = home / "seen.json"
    driver = [str(HERE / "nvim_migration.lua"), str(REPOSITORY / "nvim-client"), str(workspace), str(out)]
    done = subprocess.run(
        [str(layout.neovim), "--clean", "--headless", "-l", *driver, TITLES[language]],
        cwd=workspace,
        env={
            **os.environ,
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_CONFIG_HOME": str(home / "config"),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    log = "".join(path.read_text(encoding="utf-8", errors="replace")[-3000:] for path in home.rglob("lsp.log"))
    said = f"Neovim ended with {done.returncode}:\n{done.stdout}\n{log}"
    if not out.exists():
        pytest.fail(said, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": "the driver did not get that far"})
        if "error" in observation:
            pytest.fail(f"{name}: {observation['error']}\n{said}", pytrace=False)
        return observation["value"]

    return look


def test_the_status_line_shows_file_and_workspace(seen: Seen) -> None:
    found = seen("progress")
    file, whole = found["file"], found["whole"]
    assert found["text"] == f"MindSpore {file['percent']}% ({whole['percent']}%)"
    assert found["text"] in found["shown"]
    assert whole["total"] > file["total"] == file["left"] and whole["done"] > 0


def test_uses_are_diagnostics_in_the_language_of_the_file(seen: Seen, language: str) -> None:
    found = {item["code"]: item for item in seen("diagnostics")}
    assert {"TS201", "TS204", "TS302"} <= set(found)
    assert (found["TS201"]["severity"], found["TS204"]["severity"], found["TS302"]["severity"]) == (4, 2, 1)
    assert ("没有对应接口" in found["TS302"]["message"]) == (language == "zh-cn")


def test_what_is_left_is_a_quickfix_list(seen: Seen) -> None:
    left = seen("left")
    assert left["is_open"] and left["title"] == f"TorchSpore: {len(left['items'])} left"
    assert {item["file"] for item in left["items"]} == {"data.py", "net.py"}
    scripting = [item for item in left["items"] if "compiled_with_cxx11_abi" in item["text"]]
    assert [(item["file"], item["line"], item["type"]) for item in scripting] == [("net.py", 18, "E")]
    assert left["first"] != left["second"]
    assert seen("left_in_file") == sum(item["file"] == "net.py" for item in left["items"])


def test_a_finding_is_ignored_on_its_line(seen: Seen) -> None:
    assert seen("suppressed").endswith("  # torchspore: ignore[TS302]")


def test_everything_safe_is_shown_asked_for_and_undone_at_once(seen: Seen) -> None:
    safe = seen("safe")
    assert "2 files" in safe["asked"]
    assert "+        self.linear = nn.Dense(width, width)" in safe["preview"] and "+++ b/data.py" in safe["preview"]
    assert "nn.Dense(width, width)" in safe["text"] and "torch.flatten(" in safe["text"]
    assert safe["after"] != seen("progress")["text"]
    assert safe["undone"] and safe["windows"] == 1
