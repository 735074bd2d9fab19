"""What helps to read, on the screen of a real Neovim: text without a renderer for tables."""

from __future__ import annotations

import contextlib
import fcntl
import html
import json
import os
import pty
import shutil
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from editor_layout import REPOSITORY, Layout, chromium
from test_neovim import server_log

from lsp_server.migrate.state_table import columns

pytestmark = pytest.mark.editors

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 600
LANGUAGES = ("en", "zh-cn")
PAGE = """<meta charset="utf-8"><body style="margin:0;background:#14161b;color:#e0e2ea">
<pre style="margin:8px;font:14px/18px 'Noto Sans Mono CJK SC','DejaVu Sans Mono',monospace">{}</pre>"""

Seen = Callable[[str], Any]


@pytest.fixture(scope="module")
def seen(
    require, layout: Layout, server_python: Path, artifacts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Seen:
    """What Neovim's screen showed, by the name of the observation; one run serves all tests."""
    require("neovim")
    home = tmp_path_factory.mktemp("reading")
    workspace = Path(shutil.copytree(HERE / "reading_workspace", home / "workspace"))
    (workspace / "pyproject.toml").touch()
    # The shipped configuration starts `torchspore`: here, the one of this work tree.
    scripts = home / "bin"
    scripts.mkdir()
    command = scripts / "torchspore"
    command.write_text(f'#!/bin/sh\nexec "{server_python}" -m lsp_server "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    out = home / "seen.json"
    ended, said = in_terminal(
        [str(layout.neovim), "--clean", "-S", str(HERE / "nvim_reading.lua")],
        workspace,
        {
            **os.environ,
            "TERM": "xterm-256color",
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(REPOSITORY),
            "READING_PLUGIN": str(REPOSITORY / "nvim-client"),
            "READING_WORKSPACE": str(workspace),
            "READING_OUT": str(out),
            "READING_PYTHON": str(server_python),
            "HOME": str(home),
            **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "DATA", "CONFIG", "CACHE")},
        },
    )
    log = f"Neovim ended with {ended}:\n{said[-2000:]}\n{server_log(home)}"
    if not out.exists():
        pytest.fail(log, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))
    for name, observation in observations.items():
        picture(name, observation, artifacts / "screenshots", home)

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": "the driver did not get that far"})
        if "error" in observation:
            shown = "\n".join(observation.get("screen", []))
            pytest.fail(f"{name}: {observation['error']}\n{shown}\n{log}", pytrace=False)
        return observation["value"]

    return look


def in_terminal(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Run a program on a terminal of 120 × 45: without a screen, Neovim does not put its windows over the text."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 120, 0, 0))
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said: list[bytes] = []

    def read() -> None:
        with contextlib.suppress(OSError):  # the other end is closed
            while piece := os.read(ours, 65536):
                said.append(piece)

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        ended = process.wait(TIMEOUT_S)
    finally:
        process.kill()
        reader.join(5)
        os.close(ours)
    return ended, b"".join(said).decode("utf-8", "replace")


def picture(name: str, observation: dict[str, Any], folder: Path, home: Path) -> None:
    """The screen as an image, for readers; the tests look at the text."""
    value = observation.get("value", observation)
    rows = value.get("screen") if isinstance(value, dict) else value
    browser = chromium()
    if not isinstance(rows, list) or browser is None:
        return
    page = home / f"{name}.html"
    # A browser's wide characters are not two of its others wide; a terminal's are.
    shown = "".join(
        f'<span style="display:inline-block;width:2ch">{sign}</span>' if columns(sign) == 2 else html.escape(sign)
        for sign in "\n".join(rows)
    )
    page.write_text(PAGE.format(shown), encoding="utf-8")
    target = folder / f"neovim-reading-{name}.png"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1060,830", f"--screenshot={target}"]
    subprocess.run([browser, *options, page.as_uri()], capture_output=True, timeout=120, check=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hovers_say_what_the_installed_framework_says(seen: Seen, language: str) -> None:
    found = seen(f"documentation-{language}")
    shown = "\n".join(found["screen"])
    assert "torch.abs(input" in shown and "Computes the absolute value of each element" in shown
    assert "](http" not in shown, "addresses are concealed"
    assert found["height"] <= 22 and found["width"] <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_of_tables_stand_under_each_other(seen: Seen, language: str) -> None:
    found = seen(f"table-{language}")
    rows = [line for line in found["text"].splitlines() if line.startswith("|")]
    assert len(rows) >= 9 and len({columns(row) for row in rows}) == 1
    assert len({tuple(place for place, sign in cells(row) if sign == "|") for row in rows}) == 1
    assert found["height"] <= 40


def cells(row: str) -> list[tuple[int, str]]:
    """Each character with the column of the screen that it begins in."""
    found: list[tuple[int, str]] = []
    place = 0
    for character in row:
        found.append((place, character))
        place += columns(character)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_hints_stand_at_the_ends_of_lines(seen: Seen, language: str) -> None:
    rows = seen(f"hints-{language}")
    assert any("self.conv = nn.Conv2d(3, 64, 3) weight 64×3×3×3, bias 64" in row for row in rows), rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buffer_is_marked_as_one(seen: Seen, language: str) -> None:
    assert seen(f"tokens-{language}") == {"type": "property", "modifiers": ["buffer"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_signature_help_shows_both_sides(seen: Seen, language: str) -> None:
    text = seen(f"signature-{language}")["text"]
    assert "torch.nn.Conv2d(in_channels" in text and "`kernel_size`" in text and "mindspore.nn.Conv2d" in text
