"""Nothing of a workspace is ever run, nothing outside of it and of our cache is written, nobody is talked to.

The workspace leaves a mark for each of its files that runs (`hostile`), and our processes are watched by Python's audit
hooks (`audited`): what they execute, start, write and connect to.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.client import Client
from tests.security import hostile

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
AUDITED = str(HERE / "audited.py")
WORKER = ROOT / "lsp_server" / "inference" / "jedi_worker.py"


class Traps:
    """The hostile workspace of one test, and what was noted while it was looked at."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        self.cache = folder / "cache"
        self.cache.mkdir()
        self._marks = folder / "marks"
        self._log = folder / "log"
        self.model = hostile.build(self.workspace, self._marks)
        self.files = self._listing()

    def command(self, program: str, *arguments: str) -> list[str]:
        return [sys.executable, AUDITED, str(self._log), program, *arguments]

    def events(self, name: str) -> list[list[str]]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [event[1:] for event in map(json.loads, lines) if event[0] == name]

    def check(self) -> None:
        """Nothing of the workspace ran; only our own worker was started; only our cache was written."""
        assert self.events("exec"), "the audit hook saw nothing at all"
        assert sorted(path.name for path in self._marks.iterdir()) == []
        inside = [path for (path,) in self.events("exec") if Path(path).is_relative_to(self.workspace)]
        assert inside == []
        for (started,) in self.events("subprocess.Popen"):
            assert json.loads(started)[1:4] == [sys.executable, "-I", str(WORKER)]
        for kind in ("os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "pty.spawn"):
            assert self.events(kind) == []
        for kind in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
            assert self.events(kind) == []
        assert self._listing() == self.files
        written = {(self.workspace / path).resolve() for paths in self.events("write") for path in paths}
        outside = {path for path in written if not path.is_relative_to(self.cache.resolve())}
        assert outside <= {Path("/dev/null")}

    def _listing(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.workspace.rglob("*")) if path.is_file()}


@pytest.fixture
def traps(tmp_path: Path) -> Traps:
    return Traps(tmp_path)


def work(client: Client, traps: Traps) -> None:
    """Everything that an editor asks of an open file, with the whole workspace scanned."""
    uri = client.open(traps.model, hostile.MODEL)
    document = {"textDocument": {"uri": uri}}
    lines = hostile.MODEL.splitlines()
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines), "character": 0}}
    for number, line in enumerate(lines):
        for column in range(0, len(line), 4):
            client.hover(uri, number, column)
        place = {**document, "position": {"line": number, "character": len(line)}}
        client.request("textDocument/completion", place)
        client.request("textDocument/definition", {**document, "position": {"line": number, "character": 4}})
    client.request("textDocument/codeLens", document)
    client.request("textDocument/diagnostic", document)
    client.request("textDocument/codeAction", {**document, "range": everything, "context": {"diagnostics": []}})
    client.request("torchspore/convert", document)
    for command, arguments in (
        ("torchspore.scanWorkspace", []),
        ("torchspore.explain", ["torch.nn.Conv2d"]),
        ("torchspore.showState", [uri, {"line": 14, "character": 8}]),
    ):
        client.request("workspace/executeCommand", {"command": command, "arguments": arguments})
    client.hover(uri, len(lines) - 1, 6)


def wait_for_jedi(traps: Traps) -> None:
    """Its answers are written when it has answered all."""
    end = time.monotonic() + 60
    while not list(traps.cache.rglob("torchspore/jedi/*.json")):
        assert time.monotonic() < end, "jedi was not asked anything"
        time.sleep(0.1)


def test_the_server_runs_nothing_of_a_workspace(traps: Traps) -> None:
    client = Client(traps.command("torchspore", "server", "--stdio"), traps.workspace, traps.cache)
    try:
        work(client, traps)
        wait_for_jedi(traps)
    finally:
        client.close()
    assert traps.events("subprocess.Popen"), "the worker was never needed: the test asks too little"
    traps.check()


def test_not_even_an_interpreter_that_the_settings_name(traps: Traps) -> None:
    """It tells where the packages are; it is not started."""
    python = str(traps.workspace / ".venv" / "bin" / "python")
    options = {"settings": {"interpreter": [python]}}
    client = Client(traps.command("torchspore", "server", "--stdio"), traps.workspace, traps.cache, options)
    try:
        work(client, traps)
    finally:
        client.close()
    traps.check()


def test_the_worker_that_runs_jedi_runs_nothing_either(traps: Traps) -> None:
    site = next((traps.workspace / ".venv").glob("lib/*/site-packages"))
    folders = json.dumps([[str(traps.workspace)], [str(traps.workspace), str(site)]])
    names = [
        ("torch", "Layer"), ("evil", "Layer"), ("evil_native", "x"), ("_json", "make_encoder"), ("_heapq", "heappop"),
        ("json", "loads"), ("sitecustomize", "x"), ("conftest", "x"), ("lsp_server", "x"), ("os.path", "join"),
        ("unknown_package.deep", "Thing"), ("typing", "Any"), ("helper", "Base"), ("builtins", "int"), ("sys", "path"),
    ]  # fmt: skip
    questions = "".join(json.dumps({"module": module, "name": name}) + "\n" for module, name in names)
    done = subprocess.run(
        traps.command(str(WORKER), folders),
        input=questions,
        capture_output=True,
        text=True,
        cwd=traps.cache,
        env={**os.environ, "HOME": str(traps.cache), "XDG_CACHE_HOME": str(traps.cache)},
        check=True,
    )
    answers = [json.loads(line)["path"] for line in done.stdout.splitlines()]
    assert len(answers) == len(names), done.stderr
    assert answers[1] == str(site / "evil" / "__init__.py"), "it reads what it does not run"
    traps.check()


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "."],
        ["check", ".", "--fix", "--diff"],
        ["uses", "model.py"],
        ["state", "model.py"],
        ["convert", "model.py"],
        ["convert", ".", "-o", "../cache/out", "--best-effort"],
        ["explain", "torch.nn.Conv2d"],
        ["catalog"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_the_command_line_runs_nothing_of_a_workspace(traps: Traps, arguments: list[str]) -> None:
    done = subprocess.run(
        traps.command("torchspore", *arguments),
        cwd=traps.workspace,
        env={**os.environ, "HOME": str(traps.cache), "XDG_CACHE_HOME": str(traps.cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    traps.check()


def test_a_workspace_that_names_our_modules_when_started_with_m(traps: Traps) -> None:
    """``python -m lsp_server`` looks into the current folder first; what Python itself loads is out of our hands."""
    for name in ("lsp_server", "pathlib.py", "typing.py", "subprocess.py"):
        path = traps.workspace / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    traps.files = {path: data for path, data in traps.files.items() if Path(path).exists()}
    client = Client(
        [sys.executable, "-m", "lsp_server", "server", "--stdio"], traps.workspace, traps.cache, python_path=ROOT
    )
    try:
        work(client, traps)
    finally:
        client.close()
    marks = traps.workspace.parent / "marks"
    assert sorted(path.name for path in marks.iterdir()) == []


@pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(["unshare", "-rn", "true"], check=False).returncode != 0,
    reason="this kernel does not let a user make a namespace without network",
)
def test_the_server_needs_no_network(traps: Traps) -> None:
    command = ["unshare", "-rn", *traps.command("torchspore", "server", "--stdio")]
    client = Client(command, traps.workspace, traps.cache)
    try:
        work(client, traps)
    finally:
        client.close()
    traps.check()
