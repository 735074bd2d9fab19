"""A table of the training programs: what they show, and how far apart the losses of 20 steps are when converted.

``python -m tests.migrate.programs_table`` runs all of them and writes the table into its section of docs/conversion.md.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAMS = ROOT / "tests/migrate/programs"
PAGE = ROOT / "docs/conversion.md"
BEGIN, END = "<!-- training programs: written by tests.migrate.programs_table -->", "<!-- /training programs -->"
TOLERANCE = 1e-3


def difference(found: dict[str, Any], side: str) -> float | None:
    """The largest difference of two runs' losses, relative where they are above 1; None: it did not run."""
    first, other = found.get("first") or [], found.get(side) or []
    if not first or len(first) != len(other):
        return None
    return max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(first, other, strict=True))


def table() -> str:
    paths = sorted(one for one in PROGRAMS.glob("**/*.py") if one.parent.name != "processes")
    command = [sys.executable, "-m", "tests.verify.training_program", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"')]
    rows = ["| program | what it shows | there | and back |", "|---|---|---|---|"]
    agree = {"torch": 0, "mindspore": 0, "back": 0}
    counts = {"torch": 0, "mindspore": 0}
    for path, found in zip(paths, results, strict=True):
        source = "mindspore" if path.parent.name == "mindspore" else "torch"
        there, back = difference(found, "second"), difference(found, "back")
        counts[source] += 1
        agree[source] += there is not None and there <= TOLERANCE
        agree["back"] += back is not None and back <= TOLERANCE
        what = (ast.get_docstring(ast.parse(path.read_text())) or "").replace("\n", " ")
        shown = f"{there:.1e}" if there is not None else f"refused: {_reason(found)}"
        rows.append(f"| {source}: `{path.stem}` | {what} | {shown} | {f'{back:.1e}' if back is not None else ''} |")
    head = (
        f"PyTorch → MindSpore: {agree['torch']} of {counts['torch']} programs agree within {TOLERANCE:g} over 20 "
        f"steps, and {agree['back']} after PyTorch → MindSpore → PyTorch. "
        f"MindSpore → PyTorch: {agree['mindspore']} of {counts['mindspore']}."
    )
    return head + "\n\n" + "\n".join(rows)


def _reason(found: dict[str, Any]) -> str:
    reasons = [one.partition(": ")[2] for one in found.get("left", []) if "training step: training step" in one]
    text = reasons[0] if reasons else found.get("error", "?").strip().splitlines()[-1]
    return text.removeprefix("training step: ").replace("|", "/")


def main() -> None:
    found = table()
    print(found)
    page = PAGE.read_text()
    section = f"{BEGIN}\n{found}\n{END}"
    PAGE.write_text(re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: section, page, flags=re.DOTALL))


if __name__ == "__main__":
    main()
