"""``python -m tests.truth [--misses] [--causes] [PROGRAM…]``: `torchspore uses` beside what running programs really do.

PROGRAM is the name of a group (``torchvision``) or a part of a file's path (``models/resnet.py``).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.project import Project

from . import store, tables
from .causes import report
from .compare import Row, compare
from .record import Record

DOCUMENT = store.ROOT / "docs" / "inference.md"


def records(names: Iterable[str], fresh: bool = False) -> dict[str, Record]:
    catalog = shipped()
    return {name: store.record(name, catalog, fresh) for name in names}


def rows(groups: Iterable[Record], parts: Sequence[str] = ()) -> list[Row]:
    """All rows of the files of which the path has one of the parts in it."""
    catalog = shipped()
    found: list[Row] = []
    for record in groups:
        projects: dict[Path, Project] = {}
        for file in sorted(record.files):
            path = Path(file)
            if not parts or any(part in file for part in parts):
                project = projects.setdefault(path.parent, Project(catalog, (path.parent,)))
                found += compare(path, record.files[file], catalog, project)
    return found


def false_certainties(found: Iterable[Row]) -> list[Row]:
    return [row for row in found if row.certain and row.verdict != "right"]


def line(row: Row) -> str:
    said = f" said {row.claim} ({'certain' if row.certain else 'likely'})" if row.claim else ""
    truth = " | ".join(row.truth) or "nothing"
    return f"{row.verdict:6} {row.path}:{row.line}:{row.column}: {row.text[:80]} is {truth}{said}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("programs", nargs="*", metavar="PROGRAM")
    parser.add_argument("--misses", action="store_true", help="print every expression that is not right")
    parser.add_argument("--causes", action="store_true", help="print misses by what binds the name they begin with")
    parser.add_argument("--fresh", action="store_true", help="run the programs again")
    parser.add_argument("--jedi", action="store_true", help="compare with jedi on a sample (minutes)")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/inference.md")
    options = parser.parse_args()
    names = [name for name in store.GROUPS if name in options.programs] or list(store.GROUPS)
    if options.jedi:
        jedi(names, options.write)
        return
    groups = records(names, options.fresh)
    found = rows(groups.values(), [one for one in options.programs if one not in store.GROUPS])
    if options.misses:
        for row in found:
            if row.verdict != "right":
                print(line(row))
    if options.causes:
        print(report(row for row in found if row.verdict == "missed"))
    print(tables.table(found))
    wrong = false_certainties(found)
    print(f"\ncertain and not so: {len(wrong)}")
    for row in wrong:
        print(line(row))
    if options.write:
        text = tables.written(DOCUMENT.read_text(), "programs", tables.programs(found, groups))
        DOCUMENT.write_text(tables.written(text, "figures", tables.table(found)))


def jedi(names: list[str], write: bool) -> None:
    from . import with_jedi

    one = with_jedi.compared([name for name in names if name != "small"], shipped())
    each = one.seconds / (with_jedi.DENOTING + with_jedi.OTHERS)
    content = f"{tables.beside(one.ours, one.jedi)}\n\njedi took {1000 * each:.0f} ms for one expression on average"
    content += f" and failed or was stopped {one.gave_up} times."
    print(content)
    if write:
        DOCUMENT.write_text(tables.written(DOCUMENT.read_text(), "jedi", content))


if __name__ == "__main__":
    main()
