"""A first-time user's path, timed: ``python tests/editors/first_use.py``, after tests/editors/setup.py.

``pip install`` of the built wheel into a new environment from an index on the disk, the ``.vsix`` into a fresh profile
of VS Code, a project, a file, the first hover. Nothing is configured: the extension finds the environment's Python on
the ``PATH``. What a network costs is left out: wheels are fetched before the clock runs.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from editor_layout import REPOSITORY, Layout, chromium, default_cache, digest
from vscode_window import extension_under_test

HERE = Path(__file__).resolve().parent
TIMEOUT_S = 300
FILE, CONTEXT, WORD = "network.py", "self.bn = nn.BatchNorm2d(64)", "BatchNorm2d"


class Walked(NamedTuple):
    """What was walked: seconds by part, in their order, and what stood at its end."""

    seconds: dict[str, float]
    version: str
    hover: str


class CannotWalk(Exception):
    """A part that failed, with what it said."""


def local_index(layout: Layout) -> Path:
    """A folder with the wheels of what the project needs, and of the project as it is now."""
    index = layout.cache / "wheels"
    stamp = index / "pyproject.digest"
    wanted = digest(REPOSITORY / "pyproject.toml")
    is_filled = stamp.exists() and stamp.read_text(encoding="utf-8") == wanted
    if is_filled:
        for old in index.glob("torchspore-*.whl"):
            old.unlink()
    else:
        shutil.rmtree(index, ignore_errors=True)
        index.mkdir(parents=True)
    own = [*(["--no-deps"] if is_filled else []), "--no-build-isolation", "--wheel-dir", str(index), str(REPOSITORY)]
    run([sys.executable, "-m", "pip", "wheel", "--quiet", *own])
    stamp.write_text(wanted, encoding="utf-8")
    return index


def walk(layout: Layout, extension: Path, index: Path, home: Path) -> Walked:
    """The whole path, in an empty ``home``. Raises `CannotWalk`."""
    seconds: dict[str, float] = {}
    environment = home / "venv"
    started = time.monotonic()
    run([sys.executable, "-m", "venv", str(environment)])
    seconds["make an environment"] = time.monotonic() - started
    started = time.monotonic()
    python = environment / "bin" / "python"
    run([str(python), "-m", "pip", "install", "--quiet", "--no-index", "--find-links", str(index), "torchspore"])
    version = run([str(environment / "bin" / "torchspore"), "--version"]).strip()
    seconds["pip install torchspore"] = time.monotonic() - started
    workspace = Path(shutil.copytree(HERE / "workspace", home / "workspace"))
    options = {
        "chromium": chromium(),
        "codeServer": str(layout.code_server / "out" / "node" / "entry.js"),
        "context": CONTEXT,
        "environment": {"PATH": f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        "extension": str(extension),
        "file": FILE,
        "home": str(home),
        "playwright": str(layout.playwright),
        "word": WORD,
        "workspace": str(workspace),
    }
    (home / "options.json").write_text(json.dumps(options), encoding="utf-8")
    found: dict[str, Any] = json.loads(run([str(layout.node), str(HERE / "first_use.mjs"), str(home / "options.json")]))
    return Walked({**seconds, **found["seconds"]}, version, found["hover"])


def processor_time() -> float:
    """Seconds of all processes that have ended: what a busy machine does not lengthen."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command: list[str]) -> str:
    # What a shell of ours has set must not help: the environment of a new user is empty.
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=REPOSITORY.parent, env=clean, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    if done.returncode:
        raise CannotWalk(f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
    return done.stdout


def main() -> int:
    layout = Layout(default_cache())
    missing = layout.missing("node", "vscode-client", "code-server", "code-server-dependencies", "playwright")
    if missing:
        print(f"run {layout.command()} first: it lacks {', '.join(missing)}", file=sys.stderr)
        return 2
    try:
        extension, index = extension_under_test(layout), local_index(layout)
        before = processor_time()
        with tempfile.TemporaryDirectory() as home:
            walked = walk(layout, extension, index, Path(home))
    except CannotWalk as error:
        print(error, file=sys.stderr)
        return 2
    for part, taken in walked.seconds.items():
        print(f"{taken:6.1f} s  {part}")
    print(f"{sum(walked.seconds.values()):6.1f} s  in all, with {processor_time() - before:.1f} s of processors")
    print(f"\n{walked.version}; the hover begins:\n")
    print("\n".join(walked.hover.splitlines()[:4]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
