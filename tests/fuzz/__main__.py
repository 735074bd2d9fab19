"""Tries inputs for as long as one likes, and counts: ``python -m tests.fuzz [KIND …] --minutes N``.

What goes wrong is counted once for each name it has; the seed of its first input is printed, and ``--seed`` with it and
``--tries 1`` shows it again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from .checks import CHECKS
from .direct import Found


def name_of(error: BaseException) -> str:
    """The same for all inputs that fail in the same place."""
    if isinstance(error, Found):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {Path(frames[-1].filename).name}:{frames[-1].name}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", choices=[*CHECKS, []], metavar="KIND", help=", ".join(CHECKS))
    parser.add_argument("--minutes", type=float, default=10, help="for each kind; default: %(default)s")
    parser.add_argument("--tries", type=int, default=10**9, help="at most so many inputs of each kind")
    parser.add_argument("--seed", type=int, default=0, help="of the first input; the next one has the next")
    parser.add_argument("--counts", type=Path, help="add what was counted to a file, as JSON")
    chosen = parser.parse_args()
    counts: dict[str, int] = {}
    wrong: dict[str, Counter[str]] = {}
    for kind in chosen.kinds or CHECKS:
        counts[kind], wrong[kind] = run(kind, chosen.seed, chosen.minutes, chosen.tries)
        print(f"{kind}: {counts[kind]:,} inputs, {sum(wrong[kind].values())} went wrong in {len(wrong[kind])} ways")
    if chosen.counts:
        add(chosen.counts, counts)
    return 1 if any(wrong.values()) else 0


def run(kind: str, seed: int, minutes: float, tries: int) -> tuple[int, Counter[str]]:
    wrong: Counter[str] = Counter()
    end = time.monotonic() + 60 * minutes
    number = 0
    while number < tries and time.monotonic() < end:
        try:
            CHECKS[kind](random.Random(seed + number))
        except Exception as error:
            name = name_of(error)
            if name not in wrong:
                print(f"{kind}, seed {seed + number}: {name}", flush=True)
                if not isinstance(error, Found):
                    traceback.print_exc()
            wrong[name] += 1
        number += 1
    return number, wrong


def add(path: Path, counts: dict[str, int]) -> None:
    known: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    total = {kind: known.get(kind, 0) + counts.get(kind, 0) for kind in CHECKS}
    path.write_text(json.dumps(total, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
