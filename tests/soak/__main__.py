"""Replays days at the desk for as long as one likes: ``python -m tests.soak --minutes N [--write]``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from .page import page, picture
from .replay import ROOT, Session, read, replay, written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=120, help="default: %(default)s")
    parser.add_argument("--framework", choices=("torch", "mindspore"), default="torch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write docs/soak.md and docs/images/soak.svg")
    parser.add_argument("--save", type=Path, help="keep what was measured in a file")
    parser.add_argument("--load", type=Path, help="measure nothing: use a file that --save has written")
    chosen = parser.parse_args()
    if chosen.load:
        run = read(chosen.load)
    else:
        with tempfile.TemporaryDirectory() as folder:
            run = replay(Path(folder), chosen.minutes, chosen.framework, chosen.seed, tell)
    if chosen.save:
        chosen.save.write_text(json.dumps(written(run)), encoding="utf-8")
    if chosen.write:
        (ROOT / "docs/soak.md").write_text(page(run), encoding="utf-8")
        (ROOT / "docs/images/soak.svg").write_text(picture(run), encoding="utf-8")
    for name, found in run.trends().items():
        print(f"{name}: {found.growth:+.1%}, chance {found.chance:.2g}")
    wrong = run.growing() + run.problems
    said = "; ".join(wrong) or "nothing grows, nothing is lost"
    print(f"{len(run.sessions)} sessions, {run.requests:,} requests: {said}")
    return 1 if wrong else 0


def tell(session: Session) -> None:
    latencies = ", ".join(f"{name} {processor:.2f}" for name, (processor, _) in sorted(session.latencies.items()))
    print(
        f"{session.minutes:6.1f} min  {session.megabytes:6.1f} MB  {session.with_workers:6.1f} MB in "
        f"{session.processes}  {latencies} ms",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
