"""Sets everything up and runs every check: ``python3 tests/run.py [pytest arguments]``.

Needs Python ≥ 3.10 and Node.js with npm; installs the rest below ``.venv`` and ``~/.cache/torchspore-dev``. Running it
again only repeats what has changed. With pytest arguments, only those tests run and the static checks are left out.
"""

from __future__ import annotations

import subprocess
import sys
import time
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
        "tests": [python, "-m", "pytest", "-q"],
    }
    failed = [name for name, command in checks.items() if not step(name, command)]
    print("all checks passed" if not failed else f"failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def step(name: str, command: list[str | Path]) -> bool:
    """Run one step in the checkout, its output as it comes."""
    print(f"== {name}", flush=True)
    begun = time.monotonic()
    code = subprocess.call(list(map(str, command)), cwd=ROOT)
    print(f"== {name}: {'ok' if code == 0 else f'exit code {code}'} after {time.monotonic() - begun:.0f} s", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
