"""Conversion of torchvision's tree: lines per second of one core, memory, and PaConvert in the same run if it is there.

``python3 tests/run.py tests/benchmarks/bench_convert.py -s``. PaConvert wants old versions of black and isort, so it
gets a folder of its own: ``pip install --target FOLDER paconvert``, then ``PACONVERT=FOLDER``. It needs no torch.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

MOST_MEGABYTES = 200


def torchvision() -> Path:
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        pytest.skip("torchvision is not installed")
    return Path(found.origin).parent


def lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of the processor and megabytes at most."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        process = psutil.Process(running.pid)
        seconds, most = 0.0, 0
        while running.poll() is None:
            try:
                most = max(most, process.memory_info().rss)
                times = process.cpu_times()
                seconds = times.user + times.system
            except psutil.Error:
                break
            time.sleep(0.01)
    return seconds, most / 1e6


def test_torchvision(tmp_path: Path) -> None:
    top = torchvision()
    size = lines(top)
    command = [sys.executable, "-m", "lsp_server", "convert", str(top), "-o"]
    seconds, megabytes = min(measured([*command, str(tmp_path / f"out{number}")], {}) for number in range(3))
    print(f"\n{size} lines: {size / seconds:,.0f} a second, {megabytes:.0f} MB")
    assert megabytes <= MOST_MEGABYTES
    folder = os.environ.get("PACONVERT")
    if not folder:
        pytest.skip("PaConvert is not there")
    for options in ([], ["--no_format"]):
        run = [
            sys.executable,
            "-m",
            "paconvert.main",
            "--in_dir",
            str(top),
            "--out_dir",
            str(tmp_path / f"pa{len(options)}"),
        ]
        theirs, _ = measured([*run, *options], {"PYTHONPATH": folder})
        print(f"PaConvert {' '.join(options)}: {size / theirs:,.0f} lines a second")
