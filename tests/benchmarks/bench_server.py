"""TorchSpore beside jedi-language-server, in one run: ``python3 tests/run.py tests/benchmarks/bench_server.py -s``.

Both servers answer the same hovers on the same file, one after the other in turns, on warm disk caches. The file
imports torch, which is installed. Ratios count; milliseconds are those of the machine at hand.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from .client import Client
from .peers import compile_ours
from .texts import text_of

OURS = [sys.executable, "-m", "lsp_server", "server", "--stdio"]
PEER = [str(Path(sys.executable).with_name("jedi-language-server"))]
TABLE: list[tuple[str, float, float, str]] = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace and a cache; afterwards the table is printed."""
    compile_ours()
    yield tmp_path_factory.mktemp("bench")
    table = Table("what", "TorchSpore", "jedi-language-server", "ratio", "unit")
    for name, ours, peer, unit in TABLE:
        table.add_row(name, f"{ours:.2f}", f"{peer:.2f}", f"{peer / ours:.1f}×", unit)
    Console(width=110).print(table)


def start(command: list[str], folder: Path) -> tuple[Client, str, float]:
    """A server that has answered its first hover, and the seconds that this took from the process's start."""
    text = text_of(60)
    client = Client(command, folder, folder / "cache")
    uri = client.open(folder / "small.py", text)
    assert client.hover(uri, 7, 23) is not None
    return client, uri, time.perf_counter() - client.begun


def in_turns(measure: Callable[[list[str]], float], rounds: int) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    peer: list[float] = []
    for _ in range(rounds):
        peer.append(measure(PEER))
        ours.append(measure(OURS))
    return ours, peer


def test_start_to_first_hover(folder: Path) -> None:
    def measure(command: list[str]) -> float:
        client, _, seconds = start(command, folder)
        client.close()
        return seconds

    measure(PEER), measure(OURS)  # both with their disk caches filled
    ours, peer = in_turns(measure, 5)
    one, other = statistics.median(ours), statistics.median(peer)
    TABLE.append(("process start → first hover, median", 1e3 * one, 1e3 * other, "ms"))
    assert other >= 3 * one


def test_warm_hover(folder: Path) -> None:
    """Thirty names of a model as people write it, each hovered in turn; the first round is not counted."""
    text = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nx = torch.zeros(3)\n"
    text += "".join(f"{name}\n" for name in NAMES)
    places = [(4 + number, len(name) - 1) for number, name in enumerate(NAMES)]

    def measure(command: list[str]) -> list[float]:
        client = Client(command, folder, folder / "cache")
        uri = client.open(folder / "names.py", text)
        for line, character in places:
            client.hover(uri, line, character)
        times: list[float] = []
        for _ in range(8):
            for line, character in places:
                begun = time.perf_counter()
                client.hover(uri, line, character)
                times.append(time.perf_counter() - begun)
        client.close()
        return times

    ours, peer = measure(OURS), measure(PEER)
    for name, share in (("p50", 50), ("p95", 95)):
        one, other = (statistics.quantiles(times, n=100)[share - 1] for times in (ours, peer))
        TABLE.append((f"warm hover {name}", 1e3 * one, 1e3 * other, "ms"))
        assert other >= 10 * one
    assert statistics.quantiles(ours, n=100)[94] <= 0.003


NAMES = [
    "nn.Conv2d", "nn.BatchNorm2d", "nn.Linear", "nn.Dropout", "nn.Embedding", "nn.LayerNorm", "nn.Module",
    "nn.Sequential", "nn.ReLU", "nn.MaxPool2d", "F.relu", "F.softmax", "F.cross_entropy", "F.pad", "F.interpolate",
    "torch.cat", "torch.stack", "torch.matmul", "torch.arange", "torch.zeros", "torch.where", "torch.einsum",
    "x.view", "x.reshape", "x.permute", "x.shape", "x.mean", "x.unsqueeze", "torch.optim.Adam", "torch.no_grad",
]  # fmt: skip
PLACES = [(7, 23), (8, 23), (4, 16), (12, 21), (10, 26), (7, 15)]


def test_hover_after_an_edit_in_five_thousand_lines(folder: Path) -> None:
    """A digit is typed at the end of a name in the middle of the file, and something above is hovered."""
    text = text_of(5_000)
    lines = text.splitlines()
    edited = next(number for number in range(2_500, 2_600) if "torch.cat" in lines[number])

    def measure(command: list[str]) -> float:
        client = Client(command, folder, folder / "cache")
        uri = client.open(folder / "large.py", text)
        client.hover(uri, 7, 23)
        times: list[float] = []
        for number in range(15):
            begun = time.perf_counter()
            client.insert(uri, edited, 24, str(number % 10))
            assert client.hover(uri, 7, 23) is not None
            times.append(time.perf_counter() - begun)
        client.close()
        return statistics.median(times)

    ours, peer = measure(OURS), measure(PEER)
    TABLE.append(("hover after an edit, 5,000 lines, median", 1e3 * ours, 1e3 * peer, "ms"))
    assert ours <= 0.020


def test_memory(folder: Path) -> None:
    found: list[float] = []
    for command in (OURS, PEER):
        client, uri, _ = start(command, folder)
        for line, character in PLACES:
            client.hover(uri, line, character)
        found.append(client.resident_megabytes)
        client.close()
    TABLE.append(("resident memory after six hovers", found[0], found[1], "MB"))
    assert found[0] <= 100
