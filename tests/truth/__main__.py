"""``python -m tests.truth [--misses] [PROGRAM…]``: recall and precision of `torchspore uses` on running programs.

PROGRAM is the name of a group (``torchvision``) or a part of a file's path (``models/resnet.py``).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project

from . import store
from .causes import report
from .compare import Row, compare
from .tables import table


def rows(programs: list[str], fresh: bool = False) -> list[Row]:
    catalog = shipped()
    found: list[Row] = []
    names = [name for name in store.GROUPS if (store.FOLDER / "groups" / f"{name}.py").is_file()]
    wanted = [name for name in names if name in programs] or names
    parts = [one for one in programs if one not in names]
    for group in wanted:
        record = store.record(group, catalog, fresh)
        projects: dict[Path, Project] = {}
        for file in sorted(record.files):
            path = Path(file)
            if parts and not any(part in file for part in parts):
                continue
            project = projects.setdefault(path.parent, Project(catalog, (path.parent,)))
            found += compare(path, record.files[file], catalog, project)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM")
    parser.add_argument("--misses", action="store_true", help="print every expression that is not right")
    parser.add_argument("--causes", action="store_true", help="print misses by what binds the name they begin with")
    parser.add_argument("--fresh", action="store_true", help="run the programs again")
    options = parser.parse_args()
    found = rows(options.programs, options.fresh)
    if options.misses:
        for row in found:
            if row.verdict != "right":
                print(line(row))
    if options.causes:
        print(report([row for row in found if row.verdict == "missed"]))
    print(table(found))
    wrong = [row for row in found if row.certain and row.verdict in ("wrong", "extra")]
    print(f"\ncertain and not so: {len(wrong)}")
    for row in wrong:
        print(line(row))


def line(row: Row) -> str:
    said = f" said {row.claim} ({'certain' if row.certain else 'likely'})" if row.claim else ""
    truth = " | ".join(row.truth) or "nothing"
    return f"{row.verdict:6} {row.path}:{row.line}:{row.column}: {row.text[:80]} is {truth}{said}"


if __name__ == "__main__":
    sys.exit(main())
