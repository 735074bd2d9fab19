"""Converts whole packages, every file of them, and counts what must never happen (`soundness.py`).

    python -m tests.migrate.sweep PACKAGE… [--every N] [--best-effort] [--to mindspore|torch] [--jobs N]
                                           [--journal FILE] [--failed] [--write FILE]

PACKAGE is an installed package or a folder. Every file is converted without and with best effort. Results are kept in
the journal: what the same code did with the same file is not done again, so an interrupted run goes on where it
stopped. ``--failed`` repeats only what failed before, ``--write`` puts the table into a page between its markers.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

import msgspec

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import Framework
from lsp_server.inference.project import Project
from lsp_server.inference.walk import python_files
from lsp_server.migrate.target import Target
from tests.migrate.soundness import Finding, examine

_BATCH_BYTES = 600_000
_JOURNAL = Path("/tmp/torchspore-sweep.jsonl")
_OURS = Path(__file__).parents[2]
BEGIN, END = "<!-- sweep -->", "<!-- /sweep -->"


class Task(msgspec.Struct, frozen=True):
    """Some neighbouring files of a package and a direction."""

    package: str
    top: Path
    to: Framework
    modes: tuple[bool, ...]
    """With best effort or without."""
    files: tuple[Path, ...]


class Line(msgspec.Struct, frozen=True):
    """One line of the journal."""

    code: str
    package: str
    path: str
    to: Framework
    best_effort: bool
    seconds: float
    finding: Finding

    @property
    def key(self) -> tuple[str, str, str, bool]:
        return self.package, self.path, self.to, self.best_effort


def code_digest() -> str:
    """Of all that a conversion's result depends on but the file."""
    whole = blake2b(digest_size=8)
    for path in (*sorted((_OURS / "lsp_server").rglob("*.py")), Path(__file__).with_name("soundness.py")):
        whole.update(path.read_bytes())
    whole.update(shipped().digest.encode())
    return whole.hexdigest()


def folder_of(package: str) -> Path:
    if Path(package).is_dir():
        return Path(package).resolve()
    found = find_spec(package)
    if found is None or found.origin is None:
        raise SystemExit(f"{package} is neither a folder nor an installed package")
    return Path(found.origin).parent


def version_of(top: Path) -> str:
    """By the metadata beside the package."""
    for one in sorted(top.parent.glob(f"{top.name}-*.dist-info")):
        return one.name.removesuffix(".dist-info").partition("-")[2]
    return ""


def batches(files: Iterable[Path]) -> Iterator[tuple[Path, ...]]:
    batch: list[Path] = []
    size = 0
    for path in files:
        this = path.stat().st_size
        if batch and size + this > _BATCH_BYTES:
            yield tuple(batch)
            batch, size = [], 0
        batch.append(path)
        size += this
    if batch:
        yield tuple(batch)


def work(task: Task, code: str) -> list[Line]:
    """All files of a task, in a project of their own."""
    gc.disable()
    project = Project(shipped(), (task.top.parent,))
    target = Target(task.to, shipped().versions[task.to])
    lines: list[Line] = []
    for path in task.files:
        for best_effort in task.modes:
            started = time.process_time()
            finding = examine(path, project, target, best_effort)
            spent = round(time.process_time() - started, 3)
            name = path.relative_to(task.top).as_posix()
            lines.append(Line(code, task.package, name, task.to, best_effort, spent, finding))
    del project
    gc.enable()
    gc.collect()
    return lines


def read(journal: Path) -> dict[tuple[str, str, str, bool], Line]:
    """The last line of every file, direction and mode."""
    decoder = msgspec.json.Decoder(Line)
    found: dict[tuple[str, str, str, bool], Line] = {}
    for text in journal.read_bytes().splitlines() if journal.exists() else ():
        try:
            line = decoder.decode(text)
        except msgspec.MsgspecError:
            continue  # the last line of a run that was interrupted, or another version of this tool
        found[line.key] = line
    return found


def table(lines: Iterable[Line], tops: dict[str, Path]) -> str:
    """A Markdown table with a row for each package, direction and mode, and how many files of all."""
    groups: dict[tuple[str, str, bool], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.package, line.to, line.best_effort), []).append(line)
    rows = [
        "| package | to | best effort | files | lines | converted | left, with reasons | crashes | do not compile "
        "| comments before | after | lost | second conversion changes | imports or TODOs without reason |",
        "| --- | --- | --- " + "| ---: " * 11 + "|",
    ]
    for (package, to, best_effort), group in groups.items():
        found = [line.finding for line in group]
        top = tops[package]
        whole = sum(1 for _ in python_files((top,)))
        numbers = [
            sum(one.lines for one in found),
            sum(one.converted for one in found),
            sum(one.left for one in found),
            sum(one.crashed for one in found),
            sum(one.unparsable for one in found),
            sum(one.comments_before for one in found),
            sum(one.comments_after for one in found),
            sum(one.lost for one in found),
            sum(one.second for one in found),
            sum(one.unexplained + one.unmarked for one in found),
        ]
        files = f"{len(found):,}" if len(found) == whole else f"{len(found):,} of {whole:,}"
        cells = " | ".join([files, *(f"{number:,}" for number in numbers)])
        rows.append(f"| {top.name} {version_of(top)} | {to} | {'yes' if best_effort else 'no'} | {cells} |")
    return "\n".join(rows) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="Convert whole packages and count what must never happen.")
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--to", choices=["mindspore", "torch"])
    parser.add_argument("--best-effort", action="store_true", help="only with best effort")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--journal", type=Path, default=_JOURNAL)
    parser.add_argument("--failed", action="store_true")
    parser.add_argument("--write", type=Path)
    wanted = parser.parse_args()
    code = code_digest()
    modes = (True,) if wanted.best_effort else (False, True)
    known = read(wanted.journal)
    tasks: list[Task] = []
    asked: list[tuple[str, str, str, bool]] = []
    tops: dict[str, Path] = {}
    for package in wanted.packages:
        top = folder_of(package)
        tops[package] = top
        to: Framework = wanted.to or ("torch" if top.name == "mindspore" else "mindspore")
        files = list(python_files((top,)))[:: wanted.every]
        for batch in batches(files):
            waiting: list[Path] = []
            for path in batch:
                keys = [(package, path.relative_to(top).as_posix(), to, mode) for mode in modes]
                asked += keys
                lines = [known.get(key) for key in keys]
                if wanted.failed:
                    again = any(line is not None and line.finding.problems for line in lines)
                else:
                    again = any(line is None or line.code != code for line in lines)
                if again:
                    waiting.append(path)
            if waiting:
                tasks.append(Task(package, top, to, modes, tuple(waiting)))
    _run(tasks, code, wanted.jobs, wanted.journal, known)
    lines = [known[key] for key in asked if key in known]
    found = table(lines, tops)
    print(found)
    troubled = [line for line in lines if line.finding.problems]
    stale = sum(line.code != code for line in lines)
    print(f"{len(troubled)} results with problems, {stale} of other code, {len(asked) - len(lines)} missing")
    if wanted.write is not None:
        text = wanted.write.read_text(encoding="utf-8")
        pattern = re.compile(f"{BEGIN}.*?{END}", re.DOTALL)
        wanted.write.write_text(pattern.sub(lambda _: f"{BEGIN}\n\n{found}\n{END}", text), encoding="utf-8")
    return 1 if troubled else 0


def _run(
    tasks: Sequence[Task], code: str, jobs: int, journal: Path, known: dict[tuple[str, str, str, bool], Line]
) -> None:
    started = time.perf_counter()
    with (
        journal.open("ab") as kept,
        # a child for few tasks: what it remembers goes with it
        multiprocessing.get_context("spawn").Pool(jobs, maxtasksperchild=10) as pool,
    ):
        for done, lines in enumerate(pool.imap_unordered(partial(work, code=code), tasks), 1):
            for line in lines:
                known[line.key] = line
                kept.write(msgspec.json.encode(line) + b"\n")
                for problem in line.finding.problems:
                    mode = " with best effort" if line.best_effort else ""
                    print(f"{line.package}/{line.path}: to {line.to}{mode}: {problem}", flush=True)
            kept.flush()
            spent = time.perf_counter() - started
            print(f"{done} of {len(tasks)} batches, {spent:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
