"""Figures as tables, and the documentation that holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .compare import HELD, OWN, Row
from .record import Record

ORDER = ("module", "function", "class", "constant", "Tensor member", "Module member", "Cell member", "Optimizer member",
    "Scheduler member", "other member", OWN, HELD)  # fmt: skip


class Figures(NamedTuple):
    """Of some expressions. ``found`` of ``needed`` is the recall, ``right`` of ``said`` the precision."""

    needed: int
    found: int
    said: int
    right: int
    wrong: int
    extra: int
    certain: int
    """Wrong and extra ones that we called certain."""

    @property
    def recall(self) -> float:
        return self.found / self.needed if self.needed else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 1.0


def figures(rows: Sequence[Row]) -> Figures:
    needed = [row for row in rows if row.counted and row.verdict != "extra"]
    said = [row for row in rows if row.claim]
    wrong = [row for row in said if row.verdict != "right"]
    return Figures(
        len(needed),
        sum(row.verdict == "right" for row in needed),
        len(said),
        len(said) - len(wrong),
        sum(row.verdict == "wrong" for row in wrong),
        sum(row.verdict == "extra" for row in wrong),
        sum(row.certain for row in wrong),
    )


def table(rows: Sequence[Row]) -> str:
    """One line per framework and kind."""
    lines = [
        "| | kind | must be found | found | recall | said | wrong | extra | precision | wrong though certain |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for framework in ("torch", "mindspore"):
        for group in ORDER:
            some = [row for row in rows if row.framework == framework and row.group == group]
            if some:
                lines.append(_line(framework, group, figures(some)))
    lines.append(_line("**all**", "", figures(rows)))
    return "\n".join(lines)


def _line(first: str, second: str, one: Figures) -> str:
    recall = f"{one.needed:,} | {one.found:,} | {one.recall:.1%}" if one.needed else "| |"
    precision = f"{one.said:,} | {one.wrong:,} | {one.extra:,} | {one.precision:.1%}" if one.said else "| | |"
    return f"| {first} | {second} | {recall} | {precision} | {one.certain or ''} |"


def programs(rows: Sequence[Row], groups: Mapping[str, Record]) -> str:
    """One line per group of programs."""
    lines = [
        "| programs | files | expressions executed | must be found | recall | precision |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, record in groups.items():
        files = record.files
        one = figures([row for row in rows if str(row.path) in files])
        executed = sum(len(some) for some in files.values())
        lines.append(
            f"| {name} | {len(files)} | {executed:,} | {one.needed:,} | {one.recall:.1%} | {one.precision:.1%} |"
        )
    return "\n".join(lines)


def beside(ours: Figures, others: Figures) -> str:
    """Ours and jedi's on one sample."""
    lines = ["| | must be found | recall | said | wrong | extra | precision |", "|---|--:|--:|--:|--:|--:|--:|"]
    for name, one in (("TorchSpore", ours), ("jedi", others)):
        lines.append(
            f"| {name} | {one.needed} | {one.recall:.1%} | {one.said} | {one.wrong} | {one.extra} | "
            f"{one.precision:.1%} |"
        )
    return "\n".join(lines)


def written(text: str, part: str, content: str) -> str:
    """The document with another content of a part, which stands between two comments."""
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n{content}\n{end}{after}"
