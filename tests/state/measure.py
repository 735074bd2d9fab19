"""How much of the state of real models is told exactly: ``python -m tests.state.measure torchvision|timm|mindspore``.

``NAME …`` asks about these models only, ``--detail`` says why a model is not complete: the places that gave nothing
known, in the order of execution. ``--write`` puts the figures into ``docs/state.md``.
"""

from __future__ import annotations

import argparse
import gc
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsp_server.catalog.catalog import shipped

from . import installed, truth, unknowns

DOCUMENT = Path(__file__).parents[2] / "docs/state.md"


@dataclass
class Figures:
    """Of one model, or added up."""

    models: int = 0
    exact: int = 0
    """Names, kinds, order and persistence."""
    complete: int = 0
    false_complete: int = 0
    """Called complete with an entry that is not so."""
    entries: int = 0
    shapes: int = 0
    wrong: int = 0
    """Entries told that are not there, or with another kind, shape or type."""
    slowest: float = 0.0
    remarks: list[str] = field(default_factory=list[str])

    def add(self, other: Figures) -> None:
        self.models += other.models
        self.exact += other.exact
        self.complete += other.complete
        self.false_complete += other.false_complete
        self.entries += other.entries
        self.shapes += other.shapes
        self.wrong += other.wrong
        self.slowest = max(self.slowest, other.slowest)


def compared(ours: list[truth.Row], real: list[truth.Row], complete: bool) -> Figures:
    """The figures of one model."""
    known = {row.name: row for row in real}
    told = {row.name: row for row in ours}
    missing = [name for name in known if name not in told]
    extra = [name for name in told if name not in known]
    other = [row for row in ours if row.name in known and _differs(row, known[row.name])]
    figures = Figures(models=1, entries=len(real), complete=int(complete), wrong=len(extra) + len(other))
    figures.shapes = sum(row.name in told and told[row.name].shape == row.shape for row in real)
    frame = [(row.name, row.kind, row.persistent) for row in ours]
    figures.exact = int(frame == [(row.name, row.kind, row.persistent) for row in real])
    figures.false_complete = int(complete and ours != real)
    for title, rows in (("missing", missing), ("extra", extra), ("different", [str((*row,)) for row in other])):
        if rows:
            figures.remarks.append(f"{title} {len(rows)}: {', '.join(rows[:4])}")
    if not missing and not extra and not figures.exact:
        figures.remarks.append("other order")
    vague = [row.name for row in ours if row.shape is None or row.dtype is None]
    if vague:
        figures.remarks.append(f"no shape or type {len(vague)}: {', '.join(vague[:4])}")
    return figures


def _differs(ours: truth.Row, real: truth.Row) -> bool:
    return (
        (ours.kind, ours.persistent, ours.shared) != (real.kind, real.persistent, real.shared)
        or ours.shape not in (None, real.shape)
        or ours.dtype not in (None, real.dtype)
    )


def of_library(package: str, name: str, detail: bool) -> Figures:
    """One builder of torchvision or timm."""
    module = installed.make(package, name)
    real = truth.real(module)
    del module
    file, call = installed.place(package, name)
    reasons = unknowns.watched() if detail else []
    reasons.clear()
    started = time.perf_counter()
    state = installed.evaluated(package, file, call)
    took = time.perf_counter() - started
    figures = compared(truth.rows(state) if state is not None else [], real, state is not None and state.complete)
    figures.slowest = took
    figures.remarks += reasons[:40]
    return figures


def of_mindspore(name: str, detail: bool) -> Figures:
    """One layer or network of MindSpore."""
    from . import networks

    real = networks.real(name)
    reasons = unknowns.watched() if detail else []
    reasons.clear()
    started = time.perf_counter()
    state = networks.evaluated(name)
    took = time.perf_counter() - started
    figures = compared(truth.rows(state) if state is not None else [], real, state is not None and state.complete)
    figures.slowest = took
    figures.remarks += reasons[:40]
    return figures


def names_of(package: str) -> list[str]:
    if package == "mindspore":
        from . import networks

        return list(networks.CASES)
    installed.prepare()
    return installed.torchvision_names() if package == "torchvision" else installed.timm_names()


def measured(package: str, chosen: list[str], detail: bool) -> Figures:
    """All models of a package, or some; each is printed."""
    total = Figures()
    shipped()
    names = names_of(package)
    for name in chosen or names:
        try:
            figures = of_mindspore(name, detail) if package == "mindspore" else of_library(package, name, detail)
        except Exception as error:  # a builder that needs more than is installed
            print(f"{name}: not built ({type(error).__name__}: {str(error)[:100]})", flush=True)
            continue
        total.add(figures)
        total.remarks += [] if figures.exact and figures.complete else [name]
        mark = "exact" if figures.exact else "NOT EXACT"
        mark += "" if figures.complete else ", incomplete"
        mark += ", FALSE COMPLETE" if figures.false_complete else ""
        shapes = f"{figures.shapes}/{figures.entries}"
        print(f"{name}: {mark}, shapes {shapes}, {figures.slowest * 1000:.0f} ms", flush=True)
        for remark in figures.remarks:
            print(f"    {remark}")
        gc.collect()
    return total


def line(package: str, total: Figures) -> str:
    """A row of the table in the document."""
    models = max(total.models, 1)
    return (
        f"| {package} | {total.models} | {total.exact} ({total.exact / models:.1%}) | "
        f"{total.shapes / max(total.entries, 1):.2%} of {total.entries:,} | {total.complete} | "
        f"{total.false_complete} | {total.wrong} | {total.slowest:.2f} s |"
    )


def write(package: str, row: str) -> None:
    """Put a row into the document's table."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(re.sub(rf"^\| {package} \|.*$", lambda _: row, text, flags=re.M), encoding="utf-8")


def main(arguments: list[str] | None = None) -> Any:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", choices=("torchvision", "timm", "mindspore"))
    parser.add_argument("names", nargs="*")
    parser.add_argument("--detail", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args(arguments)
    total = measured(given.package, given.names, given.detail)
    row = line(given.package, total)
    print(row)
    print("not complete or not exact:", " ".join(total.remarks))
    if given.write:
        write(given.package, row)


if __name__ == "__main__":
    main()
