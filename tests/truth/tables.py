"""Figures as tables."""

from __future__ import annotations

from collections import Counter

from .compare import HELD, OWN, Row

ORDER = ("module", "function", "class", "constant", "Tensor member", "Module member", "Cell member", "Optimizer member",
    "Scheduler member", "other member", OWN, HELD)  # fmt: skip


def figures(rows: list[Row]) -> dict[str, int]:
    count = Counter(row.verdict for row in rows)
    return {one: count[one] for one in ("right", "missed", "wrong", "extra")}


def recall(count: dict[str, int]) -> float:
    needed = count["right"] + count["missed"] + count["wrong"]
    return count["right"] / needed if needed else 1.0


def precision(count: dict[str, int]) -> float:
    said = count["right"] + count["wrong"] + count["extra"]
    return count["right"] / said if said else 1.0


def table(rows: list[Row]) -> str:
    """One line per framework and kind."""
    lines = ["| | kind | right | missed | wrong | extra | recall | precision |", "|---|---|--:|--:|--:|--:|--:|--:|"]
    for framework in ("torch", "mindspore"):
        for group in ORDER:
            some = [row for row in rows if row.framework == framework and row.group == group]
            if some:
                lines.append(_line(framework, group, some))
    lines.append(_line("**all**", "", rows))
    return "\n".join(lines)


def _line(first: str, second: str, rows: list[Row]) -> str:
    count = figures(rows)
    numbers = " | ".join(f"{count[one]:,}" for one in ("right", "missed", "wrong", "extra"))
    held = second == HELD
    kept = "" if held else f"{recall(count):.1%}"
    return f"| {first} | {second} | {numbers} | {kept} | {precision(count):.1%} |"
