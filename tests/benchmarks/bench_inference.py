"""What all framework names of a file denote: from its text, and again after one line was edited.

``python3 tests/run.py tests/benchmarks/bench_inference.py -s``. In this process beside jedi, asked for a sample
of the same names; and over stdio, as hovers on that sample, beside jedi-language-server, and beside zuban and ty where
they are installed (``pip install zuban ty``). Time of the processor within this process, of the clock for servers.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, uses
from lsp_server.syntax.document import Document

from .client import Client

jedi: Any = import_module("jedi")  # it has no types of its own
SITE = Path(sysconfig.get_path("purelib"))
ONE = "torchvision/models/swin_transformer.py"
SAMPLE = 40
SERVERS = {
    "TorchSpore": [sys.executable, "-m", "lsp_server", "server", "--stdio"],
    "jedi-language-server": [str(Path(sys.executable).with_name("jedi-language-server"))],
    "zuban": ["zuban", "server"],
    "ty": ["ty", "server"],
}
ROWS: list[tuple[str, ...]] = []


def thousand() -> str:
    """A model as people write it: 1,033 lines."""
    return (SITE / ONE).read_text(encoding="utf-8")


def five_thousand() -> str:
    """Five models in one file, each with names of its own: 5,169 lines."""
    text = thousand()
    names = [
        line.split()[1].partition("(")[0].rstrip(":")
        for line in text.splitlines()
        if line.startswith(("def ", "class "))
    ]
    copies: list[str] = []
    for number in range(5):
        copy = text
        for name in sorted(names, key=len, reverse=True):
            copy = copy.replace(name, f"{name}_{number}")
        copies.append(copy)
    return "\n".join(copies)


def edited_line(text: str) -> int:
    """A line in the middle, inside of a method, before which another can be put."""
    lines = text.splitlines()
    return next(n for n in range(len(lines) // 2, len(lines)) if lines[n].startswith("        x = "))


@pytest.fixture(scope="module", autouse=True)
def table() -> Iterator[None]:
    yield
    shown = Table("what", *SERVERS)
    for row in ROWS:
        shown.add_row(*row)
    Console(width=120).print(shown)


def analysed(document: Document, project: Project, memory: Analysis | None = None) -> Analysis:
    return Analysis(document, shipped(), project, None, memory.memory if memory is not None else None)


@pytest.mark.parametrize(("text", "limits"), [(thousand, (40 / 1_000, 5)), (five_thousand, (200 / 5_000, 15))])
def test_all_uses_of_a_file(text: Callable[[], str], limits: tuple[float, int]) -> None:
    """Limits: milliseconds per line from text, milliseconds after an edit."""
    source = text()
    first: list[float] = []
    again: list[float] = []
    found: list[Use] = []
    for number in range(9):
        project = Project(shipped())
        begun = time.process_time()
        analysis = analysed(Document.parse(source), project)
        found = list(uses(analysis))
        first.append(time.process_time() - begun)
        line = edited_line(source)
        start = len("\n".join(source.splitlines()[:line]).encode()) + 1
        begun = time.process_time()
        changed = analysed(analysis.document.edited(start, start, f"        y = x.view({number})\n"), project, analysis)
        assert len(list(uses(changed))) == len(found) + 1
        again.append(time.process_time() - begun)
    asked, fresh, after = with_jedi(source, found)
    ours = 1e3 * min(first), 1e3 * min(again)
    lines = source.count("\n")
    for what, one, peer in (("from text", ours[0], fresh), ("after an edit", ours[1], after)):
        whole = 1e3 * peer * len(found) / asked
        ROWS.append(
            (f"all {len(found)} names of {lines:,} lines, {what}", f"{one:.1f} ms", f"{whole:,.0f} ms *", "", "")
        )
        assert whole > 10 * one
    assert ours[0] <= limits[0] * lines
    assert ours[1] <= limits[1]


def with_jedi(source: str, found: list[Use]) -> tuple[int, float, float]:
    """How many names jedi was asked for, and the seconds that it took; then after an edit. Its caches are warm."""
    places = sample(found)
    line = edited_line(source)
    lines = source.splitlines(keepends=True)
    times: list[float] = []
    for number in range(2):
        text = "".join([*lines[:line], f"        y = x.view({number})\n" * number, *lines[line:]])
        begun = time.process_time()
        script = jedi.Script(text, path=SITE / "bench.py")
        for row, column in places:
            script.infer(row + 1 + (number if row >= line else 0), column)
        times.append(time.process_time() - begun)
    return len(places), times[0], times[1]


def sample(found: list[Use]) -> list[tuple[int, int]]:
    """Lines and columns of the last names of some uses, spread over the file."""
    step = max(1, len(found) // SAMPLE)
    return [one.analysis.document.lines.position(one.name_start, "utf-16") for one in found[::step]]


@pytest.mark.parametrize("text", [thousand, five_thousand])
def test_hovers_over_a_file(text: Callable[[], str], tmp_path: Path) -> None:
    source = text()
    places = sample(list(uses(analysed(Document.parse(source), Project(shipped())))))
    results: dict[str, tuple[float, float]] = {}
    for name, command in SERVERS.items():
        program = shutil.which(command[0], path=f"{Path(sys.executable).parent}")
        if program is not None:
            results[name] = hovers([program, *command[1:]], source, places, tmp_path / name)
    for index, what in enumerate(("after opening", "after an edit")):
        cells = [f"{1e3 * results[name][index]:.0f} ms" if name in results else "—" for name in SERVERS]
        ROWS.append((f"{len(places)} hovers in {source.count(chr(10)):,} lines, {what}", *cells))
        assert results["jedi-language-server"][index] > results["TorchSpore"][index]


def hovers(command: list[str], source: str, places: list[tuple[int, int]], folder: Path) -> tuple[float, float]:
    """The seconds of all hovers after the file was opened, and the median of that after one line was put in."""
    folder.mkdir()
    client = Client(command, folder, folder / "cache")
    line = edited_line(source)
    uri = client.open(folder / "model.py", source)
    begun = time.perf_counter()
    for row, column in places:
        client.hover(uri, row, column)
    opened = time.perf_counter() - begun
    times: list[float] = []
    for number in range(5):
        begun = time.perf_counter()
        client.insert(uri, line, 0, f"        y = x.view({number})\n")
        for row, column in places:
            client.hover(uri, row + (number + 1 if row >= line else 0), column)
        times.append(time.perf_counter() - begun)
    client.close()
    return opened, statistics.median(times)
