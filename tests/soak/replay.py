"""Replays days at the speed of the machine, and notes after every session what the server holds and what it took."""

from __future__ import annotations

import json
import re
import shutil
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from tests.benchmarks.client import Client

from .day import Day
from .editor import CAPABILITIES, Cost, Editor
from .trend import Trend, settled, trend

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "tests/migrate/programs"
MODELS = ("resnet.py", "vgg.py", "densenet.py", "swin_transformer.py", "googlenet.py", "vision_transformer.py")
SERVER = [sys.executable, "-m", "lsp_server", "server", "--stdio"]
FREQUENT = {
    "textDocument/hover": "hover",
    "textDocument/completion": "completion",
    "textDocument/signatureHelp": "signature help",
    "textDocument/diagnostic": "diagnostics",
}
"""The requests that every session has enough of to tell a trend."""
MOST_GROWTH = {"memory": 0.05, "latency": 0.2}
STEPS = 40
MOST_PROCESSES = 3
"""The server, jedi's worker, and the one that reads documentation."""
PATIENCE = 60.0


class Session(NamedTuple):
    """What was seen at the end of one session, with all documents closed."""

    minutes: float
    """Since the server was started."""
    megabytes: float
    """Of the server itself."""
    with_workers: float
    """Of the server and the processes that it has started."""
    processes: int
    latencies: dict[str, tuple[float, float]]
    """By kind of request: milliseconds at the median, of the server's processor and of the clock."""


class Run(NamedTuple):
    sessions: list[Session]
    requests: int
    steps: int
    seconds_to_end: float
    """Between the client's good-bye and the end of all processes."""
    problems: list[str]

    def trends(self) -> dict[str, Trend]:
        """Of memory and of each frequent request, without the time in which caches fill."""
        seen = settled(self.sessions)
        found = {"memory": trend([one.megabytes for one in seen])}
        for name in FREQUENT.values():
            found[name] = trend([one.latencies[name][0] for one in seen if name in one.latencies])
        return found

    def growing(self, allowed: dict[str, float] = MOST_GROWTH) -> list[str]:
        return [
            f"{name} grows by {found.growth:.1%} (chance {found.chance:.1g})"
            for name, found in self.trends().items()
            if found.exceeds(allowed["memory" if name == "memory" else "latency"])
        ]


def fill(workspace: Path, framework: str) -> None:
    """Programs as people write them, and models of an installed package."""
    folder = PROGRAMS if framework == "torch" else PROGRAMS / "mindspore"
    workspace.mkdir()
    for path in sorted(folder.glob("*.py")):
        shutil.copy(path, workspace)
    vision = find_spec("torchvision")
    if framework == "torch" and vision is not None and vision.origin is not None:
        for name in MODELS:
            shutil.copy(Path(vision.origin).parent / "models" / name, workspace)


@contextmanager
def server(workspace: Path, folder: Path) -> Iterator[Client]:
    with (folder / "log").open("wb") as log:
        client = Client(
            SERVER,
            workspace,
            folder / "cache",
            python_path=ROOT,
            capabilities=CAPABILITIES,
            seconds=PATIENCE,
            errors=log,
        )
        try:
            yield client
        finally:
            if client.process.poll() is None:
                client.kill()


def replay(
    folder: Path, minutes: float, framework: str = "torch", seed: int = 1, tell: Callable[[Session], None] | None = None
) -> Run:
    """Sessions until the time is over. Raises `NoAnswer` or `AssertionError` at what a user would notice."""
    workspace = folder / "workspace"
    fill(workspace, framework)
    before = {path.name: path.read_bytes() for path in workspace.glob("*.py")}
    costs: dict[str, list[Cost]] = defaultdict(list)
    sessions: list[Session] = []
    requests = 0
    with server(workspace, folder) as client:
        editor = Editor(client, lambda cost: costs[cost.kind].append(cost))
        day = Day(editor, workspace, framework, seed)
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            day.session(STEPS)
            sessions.append(_seen(client, costs))
            requests += sum(map(len, costs.values()))
            costs.clear()
            if tell is not None:
                tell(sessions[-1])
        processes = client.processes()
        begun = time.monotonic()
        client.close()
        problems = _left_over(processes, begun + 5)
        seconds = time.monotonic() - begun
        if client.process.returncode != 0:
            problems.append(f"the server ended with {client.process.returncode}")
    after = {path.name.replace("_renamed", ""): path.read_bytes() for path in workspace.glob("*.py")}
    problems += [f"{name} is not what it was" for name in before if after.get(name) != before[name]]
    problems += errors((folder / "log").read_text("utf-8", "replace"))
    return Run(sessions, requests, len(sessions) * STEPS, seconds, problems)


def errors(log: str) -> list[str]:
    """The errors in a log, each with the last line of its traceback."""
    found: list[str] = []
    for entry in re.split(r"\n(?=\d{4}-\d\d-\d\d )", log):
        lines = entry.strip().splitlines()
        if lines and " ERROR " in lines[0]:
            found.append(f"{lines[0].partition(' ERROR ')[2]} {' '.join(lines[-3:]) if len(lines) > 1 else ''}")
    return found


def _seen(client: Client, costs: dict[str, list[Cost]]) -> Session:
    processes = client.processes()
    sizes: list[float] = []
    for one in processes:
        try:
            assert one.status() != psutil.STATUS_ZOMBIE, f"{one.pid} is dead and nobody has noticed"
            sizes.append(one.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            continue
    assert len(sizes) <= MOST_PROCESSES, f"{len(sizes)} processes"
    middle = {
        FREQUENT[kind]: (
            1e3 * statistics.median(cost.processor for cost in found),
            1e3 * statistics.median(cost.wall for cost in found),
        )
        for kind, found in costs.items()
        if kind in FREQUENT
    }
    minutes = (time.perf_counter() - client.begun) / 60
    return Session(minutes, sizes[0], sum(sizes), len(sizes), middle)


def _left_over(processes: list[psutil.Process], end: float) -> list[str]:
    """Processes that are still there some time after the server should be gone."""
    while (alive := [one for one in processes if one.is_running()]) and time.monotonic() < end:
        time.sleep(0.02)
    return [f"process {one.pid} outlives the server" for one in alive]


def written(run: Run) -> dict[str, Any]:
    """As JSON, to draw it again."""
    return run._asdict() | {"sessions": [one._asdict() for one in run.sessions]}


def read(path: Path) -> Run:
    found = json.loads(path.read_text(encoding="utf-8"))
    sessions = [Session(**one) for one in found.pop("sessions")]
    return Run(sessions=sessions, **found)
