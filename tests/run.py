"""Sets everything up and runs every check: ``python3 tests/run.py [pytest arguments]``.

Needs Python ≥ 3.10 and Node.js with npm; installs the rest below ``.venv`` and ``~/.cache/torchspore-dev``. Running it
again only repeats what has changed. With pytest arguments, only those tests run and the static checks are left out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "setup"))

from environment import ROOT, SetupFailed, prepare

LANES = 2
"""How many checks run beside each other. Editors are waited for most of their time."""
LONGEST = ("verify", "migrate", "truth", "server", "state", "findings", "inference")


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
        "tests/editors": [python, "-m", "pytest", "-q", "tests/editors"],
        "format": [python, "-m", "ruff", "format", "--check", "."],
        "lint": [python, "-m", "ruff", "check", "."],
        "types": [python, "-m", "pyright", "--pythonpath", python],
        **{name: [python, "-m", "pytest", "-q", name] for name in suites()},
    }
    failed: list[str] = []
    with ThreadPoolExecutor(LANES) as pool:
        running = {pool.submit(captured, command): name for name, command in checks.items()}
        for done in as_completed(running):
            code, said, seconds = done.result()
            print(said, end="")
            if not told(running[done], code, seconds):
                failed.append(running[done])
    print("all checks passed" if not failed else f"failed: {', '.join(sorted(failed))}", flush=True)
    return 1 if failed else 0


def suites() -> list[str]:
    """The folders of tests, those that take longest first, so that both lanes end together."""
    folders = {path.relative_to(ROOT).parts[1] for path in (ROOT / "tests").glob("**/test_*.py")} - {"editors"}
    return [f"tests/{name}" for name in (*(one for one in LONGEST if one in folders), *sorted(folders - {*LONGEST}))]


def captured(command: list[str | Path]) -> tuple[int, str, float]:
    """Run a check and keep what it says; how it ended, and after how many seconds."""
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
