"""What is measured of one server: its start, a file of some length, a workspace of many files."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from .client import Client, NoAnswer
from .peers import Server, start
from .texts import text_of

Samples = dict[tuple[str, int], list[float]]
"""Milliseconds (or megabytes) by what was measured and the lines of the file."""
Notes = dict[tuple[str, int], str]
"""Why there are none: ``timeout`` or ``not offered``."""
WARM_PLACES = 30
EDITS = 10
COMPLETIONS = 6
START_SECONDS = 60.0
"""To answer ``initialize``."""
OPEN_SECONDS = 40.0
"""For what is asked of a file first: diagnostics, and a hover."""
HERE = "self.c1 = nn.Conv2d"


class Session:
    """One server with one file, until it has been asked everything or takes too long."""

    def __init__(self, server: Server, folder: Path, lines: int, patience: float, samples: Samples, notes: Notes):
        self._lines = lines
        self._patience = patience
        self._samples = samples
        self._notes = notes
        self._path = folder / f"lines_{lines}.py"
        self._text = text_of(lines)
        rows = self._text.split("\n")
        every = [(number, row.index("Conv2d") + 2) for number, row in enumerate(rows) if HERE in row]
        every += [(number, row.index("cat(") + 1) for number, row in enumerate(rows) if "torch.cat(" in row]
        step = max(len(every) // WARM_PLACES, 1)
        self._places = sorted(every)[::step][:WARM_PLACES]
        middle = len(rows) // 2
        self._edited = next(number for number in range(middle, len(rows)) if "torch.cat" in rows[number]) + 1
        self._client = start(server, folder, folder / "cache" / server.name, START_SECONDS)
        self._client.seconds = OPEN_SECONDS
        self._uri = self._path.as_uri()

    def run(self) -> None:
        try:
            for measure in (self._open, self._hover, self._edit, self._complete, self._act):
                try:
                    measure()
                except NoAnswer as silent:
                    self._note(measure.__name__, str(silent) if "knows" in str(silent) else "timeout")
                    if self._client.process.poll() is not None or measure == self._open:
                        return
            self._memory()
        finally:
            self._client.kill()

    def _note(self, name: str, why: str) -> None:
        for what in COVERS[name]:
            self._notes.setdefault((what, self._lines), why)

    def _take(self, what: str, begun: float) -> None:
        self._samples[what, self._lines].append(1e3 * (time.perf_counter() - begun))

    def _open(self) -> None:
        begun = time.perf_counter()
        self._client.open(self._path, self._text)
        try:
            self._diagnostics(begun, OPEN_SECONDS)
            self._take("diagnostics after open", begun)
        except NoAnswer:
            self._notes.setdefault(("diagnostics after open", self._lines), "timeout")
        begun = time.perf_counter()
        self._hover_at(self._places[0])
        self._take("first hover in the file", begun)
        self._client.seconds = self._patience

    def _diagnostics(self, begun: float, seconds: float) -> None:
        """Asked for, or waited for where the server sends them by itself."""
        if self._client.server.get("diagnosticProvider"):
            self._client.request("textDocument/diagnostic", {"textDocument": {"uri": self._uri}}, seconds)
        else:
            self._client.wait_for(
                "textDocument/publishDiagnostics", lambda told: told["uri"] == self._uri, begun, seconds
            )

    def _hover_at(self, place: tuple[int, int]) -> None:
        found = self._client.hover(self._uri, *place)
        if not found:
            raise NoAnswer("knows nothing")

    def _hover(self) -> None:
        end = time.monotonic() + self._patience
        for place in self._places:
            self._hover_at(place)
            if time.monotonic() > end:
                break
        self._for_a_while(
            3 * len(self._places), "warm hover", lambda number: self._hover_at(self._places[number % len(self._places)])
        )

    def _edit(self) -> None:
        def hover(number: int) -> None:
            self._client.insert(self._uri, self._edited, 0, f"        x = x + {number}\n")
            self._hover_at(self._places[0])

        def diagnose(number: int) -> None:
            begun = time.perf_counter()
            self._client.insert(self._uri, self._edited, 0, f"        x = x - {number}\n")
            self._diagnostics(begun, self._patience)

        self._for_a_while(EDITS, "hover after an edit", hover)
        self._for_a_while(EDITS, "diagnostics after an edit", diagnose)

    def _complete(self) -> None:
        def complete(number: int) -> None:
            self._client.insert(self._uri, self._edited, 0, "        nn.\n")
            position = {"line": self._edited, "character": 11}
            context = {"triggerKind": 2, "triggerCharacter": "."}
            params = {"textDocument": {"uri": self._uri}, "position": position, "context": context}
            if not self._client.request("textDocument/completion", params):
                raise NoAnswer("knows nothing")
            end = {"line": self._edited + 1, "character": 0}
            self._client.replace(self._uri, {"line": self._edited, "character": 0}, end, "")

        if self._client.server.get("completionProvider"):
            self._for_a_while(COMPLETIONS, "completion", complete)
        else:
            self._note("_complete", "not offered")

    def _act(self) -> None:
        def act(number: int) -> None:
            line, character = self._places[number % len(self._places)]
            place = {"line": line, "character": character}
            params = {"textDocument": {"uri": self._uri}, "range": {"start": place, "end": place}}
            self._client.request("textDocument/codeAction", {**params, "context": {"diagnostics": []}})

        if self._client.server.get("codeActionProvider"):
            self._for_a_while(COMPLETIONS, "code action", act)
        else:
            self._note("_act", "not offered")

    def _for_a_while(self, number: int, what: str, act: Callable[[int], None]) -> None:
        """Some samples, fewer where each takes long."""
        end = time.monotonic() + self._patience
        for one in range(number):
            begun = time.perf_counter()
            act(one)
            self._take(what, begun)
            if time.monotonic() > end:
                break

    def _memory(self) -> None:
        self._samples["peak memory", self._lines].append(peak_megabytes(self._client))


COVERS = {
    "_open": ("diagnostics after open", "first hover in the file"),
    "_hover": ("warm hover",),
    "_edit": ("hover after an edit", "diagnostics after an edit"),
    "_complete": ("completion",),
    "_act": ("code action",),
}


def peak_megabytes(client: Client) -> float:
    """The most that the server and the processes that it has now have held each."""
    total = 0
    for process in client.processes():
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            total += next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
        except (OSError, StopIteration):
            total += process.memory_info().rss // 1000
    return total / 1000


def start_up(server: Server, folder: Path, cache: Path, patience: float, samples: Samples, which: str) -> None:
    """From the start of the process to the answer to ``initialize``, and to a hover in a file of 60 lines."""
    text = text_of(60)
    try:
        client = start(server, folder, cache, patience)
    except NoAnswer:
        return
    try:
        samples[f"start → initialize, {which}", 60].append(1e3 * (time.perf_counter() - client.begun))
        uri = client.open(folder / "small.py", text)
        row, column = next((n, row.index("Conv2d") + 2) for n, row in enumerate(text.split("\n")) if HERE in row)
        if client.hover(uri, row, column):
            samples[f"start → first hover, {which}", 60].append(1e3 * (time.perf_counter() - client.begun))
    except NoAnswer:
        pass
    finally:
        client.close()


def workspace_scan(
    server: Server, workspace: Path, cache: Path, patience: float, samples: Samples, notes: Notes
) -> None:
    """What is wrong in all files of a workspace, by our command or by the protocol's request."""
    number = sum(1 for _ in workspace.rglob("*.py"))
    client = start(server, workspace, cache, START_SECONDS)
    begun = time.perf_counter()
    try:
        provider: Any = client.server.get("diagnosticProvider") or {}
        if "torchspore.scanWorkspace" in (client.server.get("executeCommandProvider") or {}).get("commands", ()):
            scan = {"command": "torchspore.scanWorkspace", "arguments": []}
            found = client.request("workspace/executeCommand", scan, patience)
            assert found["files"] == number
        elif isinstance(provider, dict) and provider.get("workspaceDiagnostics"):
            client.request("workspace/diagnostic", {"previousResultIds": []}, patience)
        else:
            notes["workspace scan", number] = notes["memory after the scan", number] = "not offered"
            return
        samples["workspace scan", number].append(1e3 * (time.perf_counter() - begun))
        samples["memory after the scan", number].append(peak_megabytes(client))
    except NoAnswer:
        notes["workspace scan", number] = notes["memory after the scan", number] = "timeout"
    finally:
        client.kill()


def conversion(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of the clock and of the processor, and megabytes at most, of a process and its children."""
    begun = time.perf_counter()
    running = psutil.Popen(command, cwd=folder, env=environment)
    most, seconds = 0.0, 0.0
    while running.poll() is None:
        try:
            tree = [running, *running.children(recursive=True)]
            most = max(most, sum(one.memory_info().rss for one in tree) / 1e6)
            times = running.cpu_times()
            seconds = times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
        time.sleep(0.02)
    assert running.returncode in (0, 1), "the conversion failed"
    return time.perf_counter() - begun, seconds, most


def new_samples() -> Samples:
    return defaultdict(list)
