"""A run as JSON for the history, as a page for ``docs/benchmarks.md``, and as what one reads in the terminal."""

from __future__ import annotations

import json
import os
import platform
import statistics
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .peers import ROOT, Server
from .sessions import Notes, Samples

HISTORY = ROOT / "docs/benchmarks"
PAGE = ROOT / "docs/benchmarks.md"
BEGIN, END = "<!-- servers -->", "<!-- end of servers -->"
OURS = "TorchSpore"
TARGETS: tuple[tuple[str, str, int, str, float], ...] = (
    ("start → first hover, cold", "start → first hover, empty caches", 60, "median", 400),
    ("warm hover, p50", "warm hover", 5_000, "median", 1),
    ("warm hover, p95", "warm hover", 5_000, "p95", 3),
    ("hover after an edit in 5,000 lines", "hover after an edit", 5_000, "median", 15),
    ("hover after an edit in 50,000 lines", "hover after an edit", 50_000, "median", 15),
    ("diagnostics after an edit in 5,000 lines", "diagnostics after an edit", 5_000, "median", 60),
    ("completion", "completion", 5_000, "median", 10),
)
"""What we want: its name, the row, the lines of the file, which figure of it, milliseconds."""


def record(
    servers: list[Server], samples: dict[str, Samples], notes: dict[str, Notes], ours: dict[str, Any]
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for server in servers:
        for (what, size), values in samples[server.name].items():
            p95 = statistics.quantiles(values, n=20)[-1] if len(values) > 4 else max(values)
            figures = {"median": statistics.median(values), "p95": p95, "min": min(values)}
            row = {"what": what, "size": size, "server": server.name, "n": len(values)}
            rows.append(row | {name: round(value, 3) for name, value in figures.items()})
        for (what, size), why in notes[server.name].items():
            if (what, size) not in samples[server.name]:
                rows.append({"what": what, "size": size, "server": server.name, "note": why})
    return {
        "date": datetime.now(timezone.utc).isoformat(timespec="minutes"),
        "servers": {server.name: server.version for server in servers},
        "machine": {
            "python": platform.python_version(), "cores": os.cpu_count(), "system": platform.platform(),
            "load": [round(one, 1) for one in os.getloadavg()],
        },
        "rows": rows,
        "conversion": ours,
    }  # fmt: skip


def keep(run: dict[str, Any]) -> Path:
    HISTORY.mkdir(exist_ok=True)
    path = HISTORY / f"{run['date'][:16].replace(':', '')}.json"
    rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in run["rows"])
    rest = json.dumps({key: value for key, value in run.items() if key != "rows"}, ensure_ascii=False, indent=1)
    path.write_text(f'{rest[:-2]},\n "rows": [\n{rows}\n ]\n}}\n', encoding="utf-8")
    return path


def write(run: dict[str, Any]) -> None:
    before, mark, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    assert mark and after, f"{PAGE} has no place for the table"
    PAGE.write_text(f"{before}{BEGIN}\n{page(run)}{END}{after}", encoding="utf-8")


def page(run: dict[str, Any]) -> str:
    machine, names = run["machine"], list(run["servers"])
    by = {(row["what"], row["size"], row["server"]): row for row in run["rows"]}
    order = list(dict.fromkeys((row["what"], row["size"]) for row in run["rows"]))
    order.sort(key=lambda one: (_rank(one[0]), one[1]))
    lines = [
        "",
        f"Last run: {run['date']}, {machine['cores']} cores, load {machine['load'][0]} at the end, Python "
        f"{machine['python']}; " + ", ".join(f"{name} {version}" for name, version in run["servers"].items()) + ".",
        "",
        "| what | lines | " + " | ".join(names) + " |",
        "|---|---|" + "---|" * len(names),
    ]
    for what, size in order:
        ours = by.get((what, size, OURS), {}).get("median")
        cells = [_cell(by.get((what, size, name)), ours, name, what) for name in names]
        count = f"{size:,} files" if size == 2_000 or "scan" in what else f"{size:,}"
        lines.append(f"| {what} | {count} | " + " | ".join(cells) + " |")
    lines += ["", *conversion_lines(run["conversion"]), "", "| target | wanted | reached | |", "|---|---|---|---|"]
    for name, what, size, figure, most in TARGETS:
        row = by.get((what, size, OURS))
        value = row.get(figure) if row else None
        said = "–" if value is None else f"{value:.1f} ms"
        lines.append(
            f"| {name} | ≤ {most:g} ms | {said} | {'' if value is None else 'yes' if value <= most else '**no**'} |"
        )
    return "\n".join(lines) + "\n\n"


_ORDER = (
    "start", "first hover", "warm hover", "hover after", "completion", "code action", "diagnostics after open",
    "diagnostics after an edit", "peak", "workspace", "memory",
)  # fmt: skip


def _rank(what: str) -> int:
    return next((number for number, begin in enumerate(_ORDER) if what.startswith(begin)), len(_ORDER))


def _cell(row: dict[str, Any] | None, ours: float | None, name: str, what: str) -> str:
    if row is None:
        return "–"
    if "note" in row:
        return row["note"]
    unit = " MB" if "memory" in what else " ms"
    text = f"{_short(row['median'])}{unit}"
    if row["n"] > 2 and "memory" not in what:
        text += f", p95 {_short(row['p95'])}"
    if name == OURS or not ours:
        return text
    return (
        f"{text} ({row['median'] / ours:.2g}×)"
        if row["median"] < 100 * ours
        else f"{text} ({row['median'] / ours:,.0f}×)"
    )


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def conversion_lines(ours: dict[str, Any]) -> list[str]:
    if not ours:
        return []
    return [
        f"Whole-tree conversion (ours only): {ours['files']:,} files, {ours['lines']:,} lines in "
        f"{ours['seconds']:.1f} s ({ours['lines'] / ours['seconds']:,.0f} lines a second; "
        f"{ours['processor']:.1f} s of the processor), at most {ours['megabytes']:.0f} MB.",
    ]
