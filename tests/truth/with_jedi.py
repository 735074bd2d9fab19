"""jedi on the same expressions: a sample with a fixed seed, because one of them can take seconds.

jedi may answer in two ways, and gets the better of both: what the expression is (`infer`), and what its last name
was defined as (`goto`), which is how it says which property or attribute is read.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple, TypeVar

from lsp_server.catalog.catalog import Catalog
from lsp_server.cli import support
from lsp_server.inference.project import Project
from lsp_server.inference.uses import uses

from . import store
from .compare import judge, starts_of_lines
from .record import Executed
from .tables import Figures

SEED, MOST_SECONDS = 4, 20
DENOTING, OTHERS = 300, 100
"""Expressions that denote a symbol, and that do not."""


T = TypeVar("T")


class Compared(NamedTuple):
    """Figures on one sample."""

    ours: Figures
    jedi: Figures
    seconds: float
    """That jedi took, with everything it read before still at hand."""
    gave_up: int
    """How often jedi failed or took longer than it was given."""


def compared(groups: Sequence[str], catalog: Catalog) -> Compared:
    sample = _sample(groups, catalog)
    ours: list[tuple[Executed, tuple[str, ...]]] = []
    others: list[tuple[Executed, tuple[str, ...]]] = []
    seconds, gave_up = 0.0, 0
    for path in sorted({path for path, _ in sample}):
        some = [one for where, one in sample if where == path]
        ours += _ours(path, some, catalog)
        begun = time.monotonic()
        for one in some:
            try:
                others.append((one, _jedi(path, one, catalog)))
            except Exception as error:
                gave_up += 1
                others.append((one, ()))
                print(f"jedi: {path.name}:{one.end_line}: {type(error).__name__}", file=sys.stderr)
        seconds += time.monotonic() - begun
    return Compared(_figures(ours), _figures(others), seconds, gave_up)


def _sample(groups: Sequence[str], catalog: Catalog) -> list[tuple[Path, Executed]]:
    everything: list[tuple[Path, Executed]] = []
    for group in groups:
        for file, executed in sorted(store.record(group, catalog).files.items()):
            everything += [(Path(file), one) for one in executed if not one.inside]
    chance = random.Random(SEED)
    denoting = [one for one in everything if any(denoted.names for denoted in one[1].denotations)]
    others = [one for one in everything if not any(denoted.names for denoted in one[1].denotations)]
    return [*_some(chance, denoting, DENOTING), *_some(chance, others, OTHERS)]


def _some(chance: random.Random, items: list[T], most: int) -> list[T]:
    return chance.sample(items, min(most, len(items)))


def _ours(path: Path, some: list[Executed], catalog: Catalog) -> list[tuple[Executed, tuple[str, ...]]]:
    analysis = support.analyse(path, Project(catalog, (path.parent,)))
    lines = starts_of_lines(analysis.document.data)
    claims = {use.end: use.symbol for use in uses(analysis)}
    found = [(one, claims.get(lines[one.end_line - 1] + one.end_column)) for one in some]
    return [(one, (claim,) if claim is not None else ()) for one, claim in found]


def _jedi(path: Path, one: Executed, catalog: Catalog) -> tuple[str, ...]:
    import jedi

    def late(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    script = jedi.Script(path=path, project=jedi.Project(_root(path)))
    line = path.read_bytes().split(b"\n")[one.end_line - 1]
    column = len(line[: one.end_column].decode("utf-8", "replace")) - 1
    signal.signal(signal.SIGALRM, late)
    signal.alarm(MOST_SECONDS)
    try:
        answers: list[Any] = [answer for answer in script.infer(one.end_line, column) if answer.type != "instance"]
        answers += script.goto(one.end_line, column, follow_imports=True)
        names = [name for answer in answers for name in _spellings(answer.full_name or "")]
    finally:
        signal.alarm(0)
    known = [catalog.canonical(name) for name in names]
    return tuple(dict.fromkeys(name for name in known if name is not None))


def _root(path: Path) -> Path:
    """The folder that the file's package lies in."""
    folder = path.parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def _spellings(full_name: str) -> tuple[str, ...]:
    """jedi names what `__init__` sets by that function, and dtypes by the stub that lists them."""
    return full_name, full_name.replace(".__init__.", "."), full_name.replace("torch._C.", "torch.")


def _figures(answers: list[tuple[Executed, tuple[str, ...]]]) -> Figures:
    """The best verdict of several answers counts; none of them is called certain."""
    needed = found = said = right = wrong = extra = 0
    for one, claims in answers:
        verdicts = [row for row in (judge(one.denotations, claim, False) for claim in claims or ("",)) if row]
        if not verdicts:
            continue
        best = next((row for row in verdicts if row[0] == "right"), verdicts[0])
        needed += best[2] and best[0] != "extra"
        found += best[2] and best[0] == "right"
        said += best[0] != "missed"
        right += best[0] == "right"
        wrong += best[0] == "wrong"
        extra += best[0] == "extra"
    return Figures(needed, found, said, right, wrong, extra, 0)
