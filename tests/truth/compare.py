"""The truth beside `torchspore uses`, expression by expression."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from lsp_server.catalog.catalog import Catalog, framework_of, root_of
from lsp_server.cli import support
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, uses

from .naming import group
from .record import Denoted, Executed

Verdict = Literal["right", "missed", "wrong", "extra"]
HELD = "function or class that a user's name holds"
OWN = "member of a class of this very file"


class Row(msgspec.Struct, frozen=True):
    """One executed expression that denotes a symbol, or of which we say so."""

    path: Path
    line: int
    column: int
    text: str
    verdict: Verdict
    truth: tuple[str, ...]
    claim: str
    certain: bool
    framework: str
    group: str
    counted: bool
    """Whether it is one that must be found: it denotes one symbol whenever it is executed, and not by a user's name."""
    end_line: int
    end_column: int


_COMPANION = "torchvision"


def compare(path: Path, executed: list[Executed], catalog: Catalog, project: Project) -> Iterator[Row]:
    """Rows of one file; expressions that denote nothing and of which we say nothing have none."""
    analysis = support.analyse(path, project)
    data = analysis.document.data
    lines = starts_of_lines(data)
    claims: dict[int, Use] = {use.end: use for use in uses(analysis)}
    for one in executed:
        if one.inside:
            continue
        start, end = lines[one.line - 1] + one.column, lines[one.end_line - 1] + one.end_column
        claim = claims.get(end)
        row = judge(one.denotations, claim.symbol if claim else "", claim is not None and claim.certainty == "certain")
        if row is None:
            continue
        verdict, truth, counted = row
        names = truth or (claim.symbol if claim else "",)
        if root_of(names[0]) == _COMPANION and _COMPANION in path.parts:
            continue  # in its own sources a companion's names are like a user's
        text = " ".join(data[start:end].decode("utf-8", "replace").split())
        yield Row(
            path,
            one.line,
            one.column,
            text,
            verdict,
            truth,
            claim.symbol if claim else "",
            claim is not None and claim.certainty == "certain",
            framework_of(names[0]) or "",
            _group(one.denotations, catalog, names[0]),
            counted,
            one.end_line,
            one.end_column,
        )


def starts_of_lines(data: bytes) -> list[int]:
    lines = [0]
    while (found := data.find(b"\n", lines[-1])) >= 0:
        lines.append(found + 1)
    return lines


def _group(denotations: tuple[Denoted, ...], catalog: Catalog, name: str) -> str:
    if any(one.held for one in denotations):
        return HELD
    if any(one.own for one in denotations):
        return OWN
    return group(catalog, name)


def judge(denotations: tuple[Denoted, ...], claim: str, certain: bool) -> tuple[Verdict, tuple[str, ...], bool] | None:
    """The verdict, what the truth is, and whether missing it would count. None: nothing to say, and nothing said.

    A certain claim must hold for every execution, one that is only likely for some.
    """
    known = [one for one in denotations if one.names]
    truth = tuple(dict.fromkeys(one.names[0] for one in known))
    needed = len(truth) == 1 and len(known) == len(denotations) and not any(one.held or one.own for one in known)
    if not claim:
        return ("missed", truth, True) if needed else None
    denotations = tuple(one for one in denotations if claim not in one.overridden)
    if not denotations:
        return None
    if not known:
        return ("extra", (), True)
    fits = [claim in one.names for one in known]
    free = all(one.names or one.own for one in denotations)
    if any(fits) and (not certain or (all(fits) and free)):
        return ("right", truth, needed)
    return ("wrong", truth, needed)
