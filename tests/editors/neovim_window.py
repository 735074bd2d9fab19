"""A real Neovim on a terminal, with the shipped plugin and the server of this work tree: plays one scenario."""

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
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from editor_layout import REPOSITORY, Layout, chromium

from lsp_server.migrate.state_table import columns

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 600
LOG_TAIL = 40
ROWS, COLUMNS = 45, 120
FOREGROUND, BACKGROUND = 0xE0E2EA, 0x14161B
"""Of Neovim's own colours."""
CELL = (8.43, 18)
"""Pixels of a character of the font below."""
PAGE = """<meta charset="utf-8"><body style="margin:0;background:#14161b;color:#e0e2ea">
<pre style="margin:8px;font:14px/18px 'Noto Sans Mono CJK SC','DejaVu Sans Mono',monospace">{}</pre>"""

Seen = Callable[[str], Any]
"""What was seen, by the name of the observation; fails, with the logs, if it was not."""


def play(
    layout: Layout,
    python: Path,
    home: Path,
    scenario: str,
    workspace: Path,
    *,
    files: Mapping[str, str],
    environment: Mapping[str, str] | None = None,
    pictures: Path | None = None,
    prefix: str = "",
    size: tuple[int, int] = (ROWS, COLUMNS),
    **wishes: Any,
) -> Seen:
    """Run ``scenario``.lua on a copy of a project, to which ``files`` are added.

    Every observation that holds a ``screen`` becomes ``pictures``/PREFIX-….png, for readers: tests look at the text.
    """
    copy = Path(shutil.copytree(workspace, home / "workspace"))
    for name, text in files.items():
        (copy / name).write_text(text, encoding="utf-8")
    # The shipped configuration starts `torchspore`: here, the one of this work tree.
    scripts = home / "bin"
    scripts.mkdir()
    start = f'#!/bin/sh\nexport PYTHONPATH="{REPOSITORY}"\nexec "{python}" -m lsp_server "$@"\n'
    (scripts / "torchspore").write_text(start, encoding="utf-8")
    (scripts / "torchspore").chmod(0o755)
    out, options = home / "seen.json", home / "options.json"
    wanted = {
        "plugin": str(REPOSITORY / "nvim-client"),
        "workspace": str(copy),
        "scenario": str(HERE / f"{scenario}.lua"),
        "out": str(out),
        "python": str(python),
        **wishes,
    }
    options.write_text(json.dumps(wanted), encoding="utf-8")
    ended, said = in_terminal(
        [str(layout.neovim), "--clean", "-S", str(HERE / "nvim_driver.lua")],
        copy,
        {
            **os.environ,
            "DRIVER_OPTIONS": str(options),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "DATA", "CONFIG", "CACHE")},
            **(environment or {}),
        },
        size,
    )
    log = f"Neovim ended with {ended}:\n{said[-2000:]}\n{server_log(home)}"
    if not out.exists():
        pytest.fail(log, pytrace=False)
    observations = json.loads(out.read_text(encoding="utf-8"))
    whole = observations.get("driver", {}).get("error", "")
    for name, observation in observations.items():
        if pictures is not None:
            picture(observation, pictures / f"{prefix}-{name}.png", home, size[1])

    def look(name: str) -> Any:
        observation = observations.get(name, {"error": f"the driver did not get that far. {whole}"})
        if "error" in observation:
            shown = "\n".join(observation.get("screen", []))
            pytest.fail(f"{name}: {observation['error']}\n{shown}\n{log}", pytrace=False)
        return observation["value"]

    return look


def in_terminal(
    command: list[str], folder: Path, environment: Mapping[str, str], size: tuple[int, int]
) -> tuple[int, str]:
    """Run a program on a terminal: without a screen, Neovim does not put its windows over the text."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
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


def server_log(home: Path) -> str:
    """The end of Neovim's own log, where the server's standard error goes."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in home.rglob("lsp.log")]
    lines = "\n".join(texts).splitlines()[-LOG_TAIL:]
    return "--- lsp.log ---\n" + "\n".join(line[:500] for line in lines)


def picture(observation: Mapping[str, Any], target: Path, home: Path, wide: int) -> None:
    """The screen of an observation as an image; nothing if it has none, or nothing can draw it."""
    value = observation.get("value", observation)
    rows = value.get("painted", value.get("screen")) if isinstance(value, dict) else value
    browser = chromium()
    if not isinstance(rows, list) or browser is None or not all(isinstance(row, str | list) for row in rows):
        return
    page = home / f"{target.stem}.html"
    shown = "\n".join(signs(row) if isinstance(row, str) else "".join(map(run, row)) for row in rows)
    page.write_text(PAGE.format(shown), encoding="utf-8")
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--window-size={round(CELL[0] * wide) + 16},{CELL[1] * len(rows) + 16}",
        f"--screenshot={target}",
    ]
    subprocess.run([browser, *options, page.as_uri()], capture_output=True, timeout=120, check=False)


def signs(text: str) -> str:
    """A browser's wide characters are not two of its others wide; a terminal's are."""
    return "".join(
        f'<span style="display:inline-block;width:2ch">{sign}</span>' if columns(sign) == 2 else html.escape(sign)
        for sign in text
    )


def run(one: Mapping[str, Any]) -> str:
    """Characters of one look, as Neovim draws them."""
    look = one["look"] or {}
    colours = [look.get("foreground", FOREGROUND), look.get("background", BACKGROUND)]
    if look.get("reverse"):
        colours.reverse()
    style = f"color:#{colours[0]:06x};background:#{colours[1]:06x}"
    style += ";font-weight:bold" * bool(look.get("bold")) + ";font-style:italic" * bool(look.get("italic"))
    style += ";text-decoration:underline" * bool(look.get("underline") or look.get("undercurl"))
    return f'<span style="{style}">{signs(one["text"])}</span>'
