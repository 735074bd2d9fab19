"""A program of two processes, in torch under torchrun and converted in MindSpore under msrun, on the CPU."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lsp_server.migrate.files import convert
from lsp_server.migrate.target import Wishes
from tests.support import analyse

PROGRAM = Path(__file__).parents[1] / "migrate/programs/processes/data_parallel.py"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.frameworks


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def losses(text: str) -> dict[int, tuple[float, float]]:
    """By rank: the last loss, and the sum over both processes."""
    found = re.findall(r"LOSSES (\d) (\S+) (\S+)", text)
    return {int(rank): (float(loss), float(total)) for rank, loss, total in found}


def test_two_processes_train_alike(tmp_path: Path) -> None:
    analysis = analyse(PROGRAM.read_text(), PROGRAM)
    conversion = convert(analysis, Wishes(device="CPU").target("torch", analysis.catalog), best_effort=True)
    assert conversion.left == () and "torch" not in conversion.text
    program = tmp_path / "converted.py"
    program.write_text(conversion.text)
    # A file for each process: on one pipe their lines run into each other.
    torchrun = [str(BIN / "torchrun"), "--nproc-per-node=2", f"--master-port={free_port()}", "--redirects=1"]
    torchrun += [f"--log-dir={tmp_path / 'torch'}", str(PROGRAM)]
    run = subprocess.run(torchrun, capture_output=True, text=True, timeout=240)
    before = "".join(log.read_text() for log in sorted((tmp_path / "torch").rglob("stdout.log")))
    msrun = [str(BIN / "msrun"), "--worker_num=2", "--local_worker_num=2", f"--master_port={free_port()}"]
    msrun += [f"--log_dir={tmp_path / 'log'}", "--join=True", "--cluster_time_out=120", str(program)]
    found_first = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(msrun, capture_output=True, text=True, timeout=240, cwd=tmp_path, env=found_first)
    after = "".join(log.read_text() for log in sorted((tmp_path / "log").glob("worker_*.log")))
    assert len(losses(before)) == 2, run.stderr[-2000:]
    assert len(losses(after)) == 2, after[-2000:]
    for rank, (loss, total) in losses(before).items():
        assert losses(after)[rank] == pytest.approx((loss, total), abs=1e-5)
