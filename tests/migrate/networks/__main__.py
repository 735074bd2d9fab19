"""``python -m tests.migrate.networks [NAME…] [--back] [--train] [--write]``: the table of the networks."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.migrate.networks import measure, page
from tests.migrate.networks.chosen import DETECTORS, NETWORKS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--back", action="store_true", help="and back to torch")
    parser.add_argument("--train", action="store_true", help="compare a training step on the way there too")
    parser.add_argument("--detail", action="store_true", help="say what is left and what fails")
    parser.add_argument("--write", action="store_true", help="put the table into docs/conversion.md")
    parser.add_argument("--work", type=Path, help="keep the converted trees here")
    given = parser.parse_args()
    every = NETWORKS | DETECTORS
    networks = [every[name] for name in given.names or NETWORKS]
    started = time.perf_counter()
    shown: set[str] = set()

    def told(result: measure.Result) -> None:
        there = result.there
        print(
            f"{result.network.name:28} {result.files:3} {result.lines:6} {result.converted:5} left {len(result.left):3}"
            f" | {there.outputs:.1e} (spread {result.spread:.2g}) {'ok' if there.agrees() else 'NO'}"
            f" | train {there.loss:.1e} {there.gradients:.1e} {there.buffers:.1e} {'ok' if there.trains() else 'NO'}"
            + (f" | back left {len(result.left_back)} {result.back.outputs:.1e}" if result.back else "")
            + f" | {result.seconds:.1f} s",
            flush=True,
        )
        if given.detail:
            for one in result.left:
                if one not in shown:
                    shown.add(one)
                    print("     left:", one[:200])
            for one in result.left_back:
                print("     left back:", one)
            for text in (there.error, there.train_error if there.train_error != there.error else ""):
                if text:
                    print("     " + text.replace("\n", "\n     "))
            if result.back and result.back.error:
                print("     back: " + result.back.error.replace("\n", "\n     "))

    if given.write and (given.names or not (given.back and given.train)):
        parser.error("--write is for all networks, with --back and --train")
    with tempfile.TemporaryDirectory() as folder:
        work = given.work or Path(folder)
        results = measure.measured(networks, work, given.back, given.train, told)
    if given.write:
        page.write(results)
    good = sum(not one.left and one.there.agrees() for one in results)
    print(f"{good} of {len(results)} with nothing left and equal outputs, {time.perf_counter() - started:.0f} s")
    return 0 if good == len(results) else 1


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(main())
