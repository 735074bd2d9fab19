"""Sets everything up and shows the main job on a real file: ``python3 docs/examples/run.py [FILE] [--lang zh-cn]``.

Needs Python ≥ 3.10 only. Prints what the editor would show: hovers, findings, and the converted file as a diff.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests" / "setup"))

from environment import ROOT, SetupFailed, prepare


def main(arguments: list[str]) -> int:
    try:
        python = prepare(ROOT / ".venv")
    except SetupFailed as error:
        print(f"set-up failed: {error}", file=sys.stderr)
        return 2
    return subprocess.call([str(python), str(HERE / "tour.py"), *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
