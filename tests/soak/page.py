"""The record of a long run as a page and a picture, for ``docs/``."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from .replay import FREQUENT, MOST_GROWTH, Run
from .trend import CERTAIN, WARM

WIDTH, HEIGHT, LEFT, TOP = 860, 250, 60, 34
COLOURS = ("#2563eb", "#d97706", "#059669", "#9333ea")


class Line(NamedTuple):
    name: str
    values: Sequence[tuple[float, float]]
    colour: str


def picture(run: Run) -> str:
    """Memory and latency over time, one above the other, as SVG."""
    memory = [
        Line("server", [(one.minutes, one.megabytes) for one in run.sessions], COLOURS[0]),
        Line("with its workers", [(one.minutes, one.with_workers) for one in run.sessions], "#94a3b8"),
    ]
    latency = [
        Line(name, [(one.minutes, one.latencies[name][0]) for one in run.sessions if name in one.latencies], colour)
        for name, colour in zip(FREQUENT.values(), COLOURS, strict=True)
    ]
    panels = [
        _panel("memory after each session, MB", memory, 0),
        _panel("time of the processor per request, median of each session, ms", latency, HEIGHT + TOP),
    ]
    height = 2 * (HEIGHT + TOP) + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{height}" fill="white"/>{"".join(panels)}'
        f'<text x="{WIDTH / 2}" y="{height - 8}" text-anchor="middle" fill="#334155">minutes</text></svg>\n'
    )


def _panel(title: str, lines: list[Line], top: float) -> str:
    points = [point for line in lines for point in line.values]
    last = max((minutes for minutes, _ in points), default=1.0) or 1.0
    most = 1.15 * max((value for _, value in points), default=1.0) or 1.0
    across, down = (WIDTH - LEFT - 20) / last, (HEIGHT - 40) / most

    def at(minutes: float, value: float) -> str:
        return f"{LEFT + minutes * across:.1f},{top + TOP + HEIGHT - 40 - value * down:.1f}"

    drawn = [f'<text x="{LEFT}" y="{top + 20}" font-weight="bold" fill="#0f172a">{escape(title)}</text>']
    for number in range(5):
        value = most * number / 4
        place = at(0, value).split(",")[1]
        text = f"{value:.0f}" if most >= 20 else f"{value:.1f}"
        drawn.append(
            f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{place}" y2="{place}" stroke="#e2e8f0"/>'
            f'<text x="{LEFT - 8}" y="{float(place) + 4:.1f}" text-anchor="end" fill="#334155">{text}</text>'
        )
    for number in range(7):
        place = LEFT + last * number / 6 * across
        text = f"{last * number / 6:.0f}" if last >= 6 else f"{last * number / 6:.1f}"
        low = top + TOP + HEIGHT - 22
        drawn.append(f'<text x="{place:.1f}" y="{low}" text-anchor="middle" fill="#334155">{text}</text>')
    for number, line in enumerate(lines):
        path = " ".join(at(*point) for point in line.values)
        drawn.append(f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="1.5"/>')
        place = LEFT + 390 + 115 * number
        drawn.append(f'<text x="{place}" y="{top + 20}" fill="{line.colour}">{escape(line.name)}</text>')
    return "".join(drawn)


def page(run: Run) -> str:
    """Markdown: what was done, what was seen, and the picture."""
    sessions = run.sessions
    third = max(len(sessions) // 3, 1)
    rows = [
        _row("memory of the server, MB", [one.megabytes for one in sessions], third, run, "memory", 1),
    ]
    for name in FREQUENT.values():
        values = [one.latencies[name][0] for one in sessions if name in one.latencies]
        rows.append(_row(f"{name}, ms of the processor", values, third, run, name, 2))
    growing = run.growing()
    said = "nothing grows" if not growing else "; ".join(growing)
    problems = "none" if not run.problems else "; ".join(run.problems)
    length = sessions[-1].minutes
    asserted = f"{MOST_GROWTH['memory']:.0%} for memory, {MOST_GROWTH['latency']:.0%} for a request"
    return f"""# Soak

`python -m tests.soak --minutes N --write` replays days at the desk over stdio, as fast as the server answers, and
writes this page. A day is made from a seed (`tests/soak/day.py`): files are opened, looked through, typed into
character by character with completion and signature help, fixed, converted, renamed, saved, undone and closed, with the
requests that an editor adds by itself. The workspace holds the programs of `tests/migrate/programs` and six models of
torchvision.

Last run: {date.today().isoformat()}, {length:.0f} minutes, {len(sessions)} sessions, {run.steps:,} steps,
{run.requests:,} requests, {platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores.

![Memory and latency over time](images/soak.svg)

| | first third | middle third | last third | growth | chance |
|---|---|---|---|---|---|
{chr(10).join(rows)}

*Growth* is Theil and Sen's slope over the run without its first {WARM:.0%}, in which caches fill, as a share of the
median; *chance* is Mann and Kendall's: how often values without a trend rise as clearly. A run fails if something grows
with a chance below {CERTAIN} and by more than {asserted}. Result: **{said}**.

Asserted besides: after every session the server's text of every open document equals the client's (a conversion that
changes nothing gives it back); no request is refused; no process is dead and unnoticed, and there are never more than
three; when the client says good-bye all of them are gone within five seconds (here {run.seconds_to_end:.1f} s); the log
holds no error; the files on the disk are what they were. Problems seen: {problems}. A client that is killed, and a
server that is killed, are tested in `tests/server/test_faults.py`, `tests/editors/test_vscode.py` and
`tests/editors/test_neovim.py`.

CI replays the same for some seconds (`tests/soak/test_soak.py`).

## What it found

| what grew | how much | now |
|---|---|---|
| pygls 2.1 keeps the future of every notification | 1.5 kB per keystroke, for good | `server/protocol.py` |
| a file that was closed kept the answers of its last eight versions | up to 2 MB a file | `Project.closed` |
| files that were renamed were kept under their old names | 0.1 MB a file, up to 400 files | `Project.refresh` |

In the first run of two hours one request failed: a block under autocast in which nothing stood yet while it was typed
(`migrate/training/precision.py`, `tests/migrate/test_precision.py`).

After 40 minutes the server also took longer than ten seconds on a loaded machine to take down what it had made; now the
process ends when the client says exit. What breaks on texts that are being typed is found faster by
[fuzzing](fuzzing.md).
"""


def _row(title: str, values: Sequence[float], third: int, run: Run, name: str, digits: int) -> str:
    parts = [values[:third], values[third : 2 * third], values[2 * third :]]
    cells = [f"{statistics.median(part):.{digits}f}" if part else "–" for part in parts]
    found = run.trends()[name]
    return f"| {title} | {' | '.join(cells)} | {found.growth:+.1%} | {found.chance:.2g} |"
