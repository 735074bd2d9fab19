"""What breaks around the server: processes, folders, clocks, rights. Each has a line in ``docs/faults.md``.

The tests may run as root, who may write everywhere and read everything: rights are taken away by what root cannot do
either (a file where a folder should be, a limit on the size of files, ``/dev/full``).
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.benchmarks.client import Client

SERVER = [sys.executable, "-m", "lsp_server", "server", "--stdio"]
MODEL = """\
import torch
from torch import nn
from blocks import Block


class Net(Block):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(8)


net = Net()
net.buffers()
"""
BLOCK = "from torch import nn\n\n\nclass Block(nn.Module):\n    pass\n"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "blocks.py").write_text(BLOCK)
    return folder


@pytest.fixture
def client(workspace: Path, tmp_path: Path) -> Iterator[Client]:
    made = Client(SERVER, workspace, tmp_path / "cache", python_path=ROOT)
    yield made
    if made.process.poll() is None:
        made.close()
    assert made.process.returncode == 0


def buffers(client: Client, workspace: Path) -> str:
    """The hover on the last line of the model, which is open."""
    found = client.hover((workspace / "model.py").as_uri(), 11, 6)
    return "" if found is None else found["contents"]["value"]


def torchspore(*arguments: str, cwd: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lsp_server", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **more,
    )


def is_gone(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


class TestTheClient:
    STARTER = """
import json, os, subprocess, sys, time
reading, writing = os.pipe()
server = subprocess.Popen(sys.argv[2:], stdin=reading, stdout=subprocess.PIPE)
held = (writing,) if sys.argv[1] == "held" else ()
keeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=held)
body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize",
                   "params": {"processId": os.getpid(), "rootUri": None, "capabilities": {}}}).encode()
os.write(writing, b"Content-Length: %d\\r\\n\\r\\n%s" % (len(body), body))
server.stdout.read(20)
print(server.pid, keeper.pid, flush=True)
time.sleep(60)
"""

    @pytest.mark.parametrize("pipe", ["closed", "held"])
    def test_a_client_that_is_killed_takes_the_server_with_it(self, pipe: str, tmp_path: Path) -> None:
        """Within five seconds; also while another process holds the server's input open."""
        script = tmp_path / "client.py"
        script.write_text(self.STARTER)
        command = [sys.executable, str(script), pipe, *SERVER]
        starter = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert starter.stdout is not None
        server, keeper = map(int, starter.stdout.readline().split())
        starter.kill()
        starter.wait()
        try:
            assert is_gone(server, 5)
        finally:
            psutil.Process(keeper).kill()

    def test_no_worker_outlives_the_server(self, client: Client, workspace: Path) -> None:
        client.open(workspace / "model.py", "from nowhere import Thing\nThing()\n")
        client.hover((workspace / "model.py").as_uri(), 1, 2)
        end = time.monotonic() + 20
        while not (workers := psutil.Process(client.process.pid).children()) and time.monotonic() < end:
            time.sleep(0.05)
        assert workers, "jedi was not needed: the test asks too little"
        client.process.kill()
        client.process.wait()
        assert all(is_gone(worker.pid, 5) for worker in workers)
        client.process.returncode = 0


class TestJedi:
    def test_a_worker_that_hangs_makes_nobody_wait(self, client: Client, workspace: Path) -> None:
        uri = client.open(workspace / "model.py", MODEL + "from nowhere import Thing, Other\nThing()\nOther()\n")
        client.hover(uri, 13, 2)
        end = time.monotonic() + 20
        while not (workers := psutil.Process(client.process.pid).children()) and time.monotonic() < end:
            time.sleep(0.02)
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        for _ in range(5):
            assert "running_mean" in buffers(client, workspace)
        # five times the budget of 0.2 s for what is being looked up, and as much again for a loaded machine
        assert time.monotonic() - begun < 10

    def test_a_worker_that_dies_is_not_missed(self, client: Client, workspace: Path) -> None:
        uri = client.open(workspace / "model.py", MODEL + "from nowhere import Thing, Other\nThing()\nOther()\n")
        client.hover(uri, 13, 2)
        end = time.monotonic() + 20
        while not (workers := psutil.Process(client.process.pid).children()) and time.monotonic() < end:
            time.sleep(0.02)
        for worker in workers:
            worker.kill()
        client.hover(uri, 14, 2)
        assert "running_mean" in buffers(client, workspace)


class TestTheWorkspace:
    def test_it_is_deleted(self, client: Client, workspace: Path) -> None:
        client.open(workspace / "model.py", MODEL)
        assert "running_mean" in buffers(client, workspace)
        shutil.rmtree(workspace)
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        hover = buffers(client, workspace)
        assert "running_mean" not in hover, "the base class is gone, nobody knows what it holds"
        scanned = client.request("workspace/executeCommand", {"command": "torchspore.scanWorkspace", "arguments": []})
        assert scanned["files"] == 0
        workspace.mkdir()
        (workspace / "blocks.py").write_text(BLOCK)
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        assert "running_mean" in buffers(client, workspace), "it is back"

    def test_folders_that_lead_into_themselves(self, client: Client, workspace: Path) -> None:
        (workspace / "again").symlink_to(workspace)
        (workspace / "inner").mkdir()
        (workspace / "inner" / "up").symlink_to("..")
        (workspace / "circle.py").symlink_to("circle.py")
        (workspace / "nothing.py").symlink_to("missing.py")
        client.open(workspace / "model.py", MODEL.replace("from blocks", "from again.inner.up.blocks"))
        assert "running_mean" in buffers(client, workspace)
        scanned = client.request("workspace/executeCommand", {"command": "torchspore.scanWorkspace", "arguments": []})
        assert scanned["files"] <= 3
        done = torchspore("convert", str(workspace), "-o", str(workspace.parent / "out"), cwd=workspace)
        assert done.returncode in (0, 1), done.stderr
        assert "Cell" in (workspace.parent / "out" / "blocks.py").read_text()

    def test_what_is_no_file_is_not_read(self, client: Client, workspace: Path) -> None:
        """Reading a pipe would wait for ever."""
        os.mkfifo(workspace / "pipe.py")
        (workspace / "folder.py").mkdir()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(workspace / "socket.py"))
            text = MODEL + "".join(f"from {name} import x\n" for name in ("pipe", "folder", "socket"))
            client.open(workspace / "model.py", text)
            assert "running_mean" in buffers(client, workspace)
            client.request("workspace/executeCommand", {"command": "torchspore.scanWorkspace", "arguments": []})
            for command in (["check", "."], ["convert", ".", "-o", "../out"]):
                assert torchspore(*command, cwd=workspace).returncode in (0, 1, 2)

    @pytest.mark.parametrize("when", [0, 2**33, -1])
    def test_clocks_that_jump(self, client: Client, workspace: Path, when: int) -> None:
        """A file of the year 2242, of 1970 or before is read again when it changes like any other."""
        os.utime(workspace / "blocks.py", (when, when))
        client.open(workspace / "model.py", MODEL)
        assert "running_mean" in buffers(client, workspace)
        (workspace / "blocks.py").write_text(BLOCK.replace("    pass", "    x = 1").replace("Block", "Other"))
        os.utime(workspace / "blocks.py", (when + 5, when + 5))
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        assert "running_mean" not in buffers(client, workspace)


class TestTheEnvironment:
    def test_it_vanishes(self, workspace: Path, tmp_path: Path) -> None:
        python = tmp_path / "env" / "bin" / "python"
        site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
        (site / "torchblocks").mkdir(parents=True)
        (site / "torchblocks" / "__init__.py").write_text(BLOCK)
        python.parent.mkdir()
        python.touch()
        client = Client(SERVER, workspace, tmp_path / "cache", {"settings": {"interpreter": [str(python)]}}, ROOT)
        client.open(workspace / "model.py", MODEL.replace("from blocks", "from torchblocks"))
        assert "running_mean" in buffers(client, workspace)
        shutil.rmtree(tmp_path / "env")
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        assert "running_mean" not in buffers(client, workspace)
        uri = (workspace / "model.py").as_uri()
        assert client.hover(uri, 8, 23) is not None, "what we know ourselves needs no environment"
        client.close()
        assert client.process.returncode == 0

    @pytest.mark.parametrize("half", ["no package", "no description", "cut", "no files", "a file"])
    def test_mindspore_is_half_installed(self, half: str, workspace: Path, tmp_path: Path) -> None:
        python = tmp_path / "env" / "bin" / "python"
        site = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
        site.mkdir(parents=True)
        python.parent.mkdir()
        python.touch()
        if half != "no description":
            (site / "mindspore-2.9.0.dist-info").mkdir()
        if half in ("cut", "no description"):
            (site / "mindspore").mkdir()
            (site / "mindspore" / "__init__.py").write_text("from mindspore.nn import (")
        elif half == "no files":
            (site / "mindspore").mkdir()
        elif half == "a file":
            (site / "mindspore").write_text("")
        client = Client(SERVER, workspace, tmp_path / "cache", {"settings": {"interpreter": [str(python)]}}, ROOT)
        text = "import mindspore\nfrom mindspore import nn\nnn.Conv2d(3, 8, 3)\n"
        uri = client.open(workspace / "model.py", text)
        assert "Conv2d" in client.hover(uri, 2, 5)["contents"]["value"]
        client.close()
        assert client.process.returncode == 0


class TestTheDisk:
    @pytest.mark.parametrize("cache", ["a file", "no such place", "a pipe"])
    def test_the_cache_cannot_be_written(self, cache: str, workspace: Path, tmp_path: Path) -> None:
        place = tmp_path / "cache"
        if cache == "a file":
            place.write_text("")
        elif cache == "a pipe":
            os.mkfifo(place)
        client = Client(SERVER, workspace, Path("/proc/none") if cache == "no such place" else place, python_path=ROOT)
        client.open(workspace / "model.py", MODEL + "from nowhere import Thing\n")
        assert "running_mean" in buffers(client, workspace)
        client.close()
        assert client.process.returncode == 0

    def test_a_full_disk_leaves_nothing_half_written(self, workspace: Path) -> None:
        """No file may grow beyond 1,000 bytes, as if the disk were full then."""
        long = BLOCK + "".join(f"\n\nclass Block{number}(nn.Module):\n    pass\n" for number in range(100))
        (workspace / "long.py").write_text(long)
        (workspace / "out.py").write_text("before\n")

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

        for arguments in (
            ["convert", "long.py", "-o", "out.py"],
            ["convert", "long.py", "--in-place"],
            ["convert", ".", "-o", "../out"],
            ["convert", "blocks.py", "-o", "new.py", "--report", "/dev/full"],
        ):
            done = torchspore(*arguments, cwd=workspace, preexec_fn=limit)
            assert done.returncode == 2, arguments
            assert "Traceback" not in done.stderr
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
            assert (workspace / "out.py").read_text() == "before\n"
            assert (workspace / "long.py").read_text() == long
            assert [*workspace.glob(".*"), *workspace.parent.rglob("*.tmp")] == [], arguments
        assert not (workspace.parent / "out" / "long.py").exists()

    def test_the_output_is_full(self, workspace: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "lsp_server", "convert", "blocks.py"],
                cwd=workspace,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr

    def test_the_log_cannot_be_written(self, workspace: Path, tmp_path: Path) -> None:
        done = torchspore(
            "server", "--stdio", "--log-file", str(tmp_path / "no" / "folder.log"), cwd=workspace, input=""
        )
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1

    def test_a_full_log_stops_nobody(self, workspace: Path, tmp_path: Path) -> None:
        command = [*SERVER, "--log-file", "/dev/full", "--log-level", "debug"]
        client = Client(command, workspace, tmp_path / "cache", python_path=ROOT)
        client.open(workspace / "model.py", MODEL)
        assert "running_mean" in buffers(client, workspace)
        client.close()
        assert client.process.returncode == 0


def test_files_that_are_no_text(workspace: Path) -> None:
    (workspace / "bytes.py").write_bytes(bytes(range(256)) * 40)
    (workspace / "wide.py").write_text("import torch\ntorch.zeros(3)\n", encoding="utf-16")
    (workspace / "empty.py").write_bytes(b"")
    done = torchspore("check", ".", "--format", "json", cwd=workspace)
    assert done.returncode in (0, 1)
    assert isinstance(json.loads(done.stdout), (list, dict))


async def test_a_client_that_leaves_without_having_answered_is_let_go(tmp_path: Path) -> None:
    """It was asked to watch files; the answer to ``shutdown`` must not be an error because that is still open."""
    client = LanguageClient("leaves at once", "1")
    await client.start_io(sys.executable, "-m", "lsp_server", "server", "--stdio")
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(did_change_watched_files=watching)
    )
    await client.initialize_async(
        types.InitializeParams(capabilities=capabilities, root_uri=tmp_path.as_uri(), process_id=None)
    )
    client.initialized(types.InitializedParams())
    assert await client.shutdown_async(None) is None
    client.exit(None)
    await client.stop()
