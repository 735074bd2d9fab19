"""Whole servers over stdio, beside each other in one run: ``python -m tests.benchmarks [--quick] [--write]``.

Servers take turns, so that whatever else the machine does meets all of them. The first run installs the peers.
``--write`` adds the run to ``docs/benchmarks/`` and puts its table into ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import tables
from .peers import ROOT, Server, prepare
from .sessions import Notes, Samples, Session, conversion, new_samples, start_up, workspace_scan
from .texts import fill

SIZES = (60, 1_000, 5_000, 50_000)
FILES = 2_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, little patience, 200 files")
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks and docs/benchmarks.md")
    parser.add_argument("--only", nargs="*", default=[], metavar="SERVER", help="ours is always measured")
    chosen = parser.parse_args()
    servers = [one for one in prepare() if not chosen.only or one.name in ("TorchSpore", *chosen.only)]
    samples = {server.name: new_samples() for server in servers}
    notes: dict[str, Notes] = {server.name: {} for server in servers}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        ours = measure(Path(scratch), servers, samples, notes, chosen.quick)
    run = tables.record(servers, samples, notes, ours)
    print(tables.page(run))
    print(f"{time.monotonic() - begun:.0f} seconds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if chosen.write:
        print(tables.keep(run))
        tables.write(run)
    return 0


def measure(
    scratch: Path, servers: list[Server], samples: dict[str, Samples], notes: dict[str, Notes], quick: bool
) -> dict[str, Any]:
    """All of it; what the conversion of the whole workspace took."""
    patience = 5.0 if quick else 12.0
    small = scratch / "small"
    small.mkdir()
    for number in range(1 if quick else 5):
        for which in ("empty caches", "full caches"):
            for server in servers:
                cache = scratch / "start" / server.name
                if which == "empty caches":
                    shutil.rmtree(cache, ignore_errors=True)
                tell(f"{server.name}: start {number + 1}, {which}")
                start_up(server, small, cache, 60, samples[server.name], which)
    for lines in SIZES:
        for number in range(2 if not quick and lines < 5_000 else 1):
            for server in servers:
                tell(f"{server.name}: {lines:,} lines, round {number + 1}")
                Session(server, small, lines, patience, samples[server.name], notes[server.name]).run()
    workspace, files = scratch / "workspace", FILES // 10 if quick else FILES
    lines = fill(workspace, files)
    for server in servers:
        tell(f"{server.name}: a workspace of {files:,} files")
        cache = scratch / "start" / server.name
        workspace_scan(server, workspace, cache, 5 * patience, samples[server.name], notes[server.name])
    tell("conversion of the workspace")
    command = [sys.executable, "-m", "lsp_server", "convert", str(workspace), "-o", str(scratch / "out")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(scratch / "cache")}
    seconds, processor, megabytes = conversion(command, scratch, environment)
    return {"files": files, "lines": lines, "seconds": seconds, "processor": processor, "megabytes": megabytes}


def tell(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
