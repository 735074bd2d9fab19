"""Sets everything up and runs every check: ``python3 tests/run.py [pytest arguments]``.

Needs Python ≥ 3.10 and Node.js with npm; installs the rest below ``.venv`` and ``~/.cache/torchspore-dev``. Running it
again only repeats what has changed. With pytest arguments, only those tests run and the static checks are left out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "setup"))

from environment import ROOT, SetupFailed, prepare


def main(arguments: list[str]) -> int:
    try:
        python = prepare(ROOT / ".venv", "verify", "test", "docs")
    except SetupFailed as error:
        print(f"set-up failed: {error}", file=sys.stderr)
        return 2
    wants_editors = not arguments or any("editors" in argument for argument in arguments)
    if wants_editors and not step("set up the editors", [python, "tests/editors/setup.py"]):
        return 2
    if arguments:
        return subprocess.call([python, "-m", "pytest", *arguments], cwd=ROOT)
    checks = {
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "types": [python, "-m", "pyright", "--pythonpath", python],
        "tests": [python, "-m", "pytest", "-q", "--ignore=tests/editors"],
    }
    with ThreadPoolExecutor(1) as pool:
        # Editors are waited for most of the time: their tests go on beside all others.
        editors = pool.submit(captured, [python, "-m", "pytest", "-q", "tests/editors"])
        failed = [name for name, command in checks.items() if not step(name, command)]
        code, said, seconds = editors.result()
    print(f"== tests of editors\n{said}", end="")
    if not told("tests of editors", code, seconds):
        failed.append("tests of editors")
    print("all checks passed" if not failed else f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def captured(command: list[str | Path]) -> tuple[int, str, float]:
    """Run a step and keep what it says; how it ended, and after how many seconds."""
    begun = time.monotonic()
    run = subprocess.run(list(map(str, command)), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout.decode("utf-8", "replace"), time.monotonic() - begun


def step(name: str, command: list[str | Path]) -> bool:
    """Run one step in the checkout, its output as it comes."""
    print(f"== {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.call(list(map(str, command)), cwd=ROOT)
    return told(name, code, time.monotonic() - begun)


def told(name: str, code: int, seconds: float) -> bool:
    """Say how a step ended; whether it went well."""
    print(f"== {name}: {'ok' if code == 0 else f'exit code {code}'} after {seconds:.0f} s", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
