"""Whole trees: what is written, what stays, what happens when something is in the way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import torchspore

NET = "import torch.nn as nn  # 网络\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return x\n"
USER = "from .net import Net\n\n\nclass Other(Net):\n    def forward(self, x):\n        return super().forward(x)\n"
NOTEBOOK: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# torch"]},
        {
            "cell_type": "code", "execution_count": 3, "metadata": {"tags": ["a"]},
            "outputs": [{"output_type": "stream", "text": ["torch"]}],
            "source": ["%matplotlib inline\n", "!pip install torch\n", "import torch\n", "files = !ls"],
        },
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%%bash\n", "echo torch"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["%%time\n", "y = torch.cat([1, 2], dim=1)"]},
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": "if y:\n    %reset\ntorch.cat?\n"},
    ],
    "metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    files = {
        "pkg/__init__.py": "",
        "pkg/net.py": NET,
        "pkg/user.py": USER,
        "notes.ipynb": json.dumps(NOTEBOOK, indent=1) + "\n",
        "requirements.txt": "torch>=2.0  # the framework\nnumpy\ntorchvision\n",
        "data/labels.csv": "torch,1\n",
        "broken.py": "import torch\ndef f(:\n",
        "__pycache__/net.pyc": "x",
        ".git/HEAD": "x",
    }
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (top / "bytes.py").write_bytes(b"x = '\xe4'\n")
    (top / "latin.py").write_bytes(
        "# -*- coding: latin-1 -*-\nimport torch\ns = 'ä', torch.cat([s, s])\n".encode("latin-1")
    )
    return top


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".torchspore" not in path.parts
    }


def test_a_tree(tree: Path, tmp_path: Path) -> None:
    before, out, report = contents(tree), tmp_path / "out", tmp_path / "report.json"
    done = torchspore("convert", tree, "-o", out, "--report", report)
    assert done.returncode == 1 and done.stdout == "", done.stderr
    assert contents(tree) == before
    after = contents(out)
    assert set(after) == {name for name in before if not name.startswith(("__", ".git"))} | {"CONVERSION.md"}
    assert after["data/labels.csv"] == before["data/labels.csv"]
    assert after["broken.py"] == before["broken.py"] and after["bytes.py"] == before["bytes.py"]
    assert "def construct" in after["pkg/net.py"].decode() and "# 网络" in after["pkg/net.py"].decode()
    assert "super().construct(x)" in after["pkg/user.py"].decode(), "the base stands in another file"
    assert after["latin.py"].decode("latin-1").endswith("s = 'ä', ops.cat([s, s])\n")
    assert after["requirements.txt"].decode().splitlines()[0].startswith("mindspore>=2.")
    assert after["requirements.txt"].decode().splitlines()[0].endswith("  # the framework")
    found = json.loads(report.read_text(encoding="utf-8"))
    files = {Path(file["path"]).relative_to(tree).as_posix(): file for file in found["files"]}
    assert [one["line"] for one in files["broken.py"]["left"]] == [2]
    assert "does not parse" in files["broken.py"]["left"][0]["reason"]
    assert "no Python source" in files["bytes.py"]["left"][0]["reason"]
    assert files["requirements.txt"]["left"][0]["symbol"] == "torchvision"
    assert found["totals"]["files"] == len(files) == 8
    page = after["CONVERSION.md"].decode()
    assert "### broken.py" in page and "by hand" in page


def test_a_notebook(tree: Path, tmp_path: Path) -> None:
    torchspore("convert", tree, "-o", tmp_path / "out")
    text = (tmp_path / "out/notes.ipynb").read_text(encoding="utf-8")
    found = json.loads(text)
    sources = ["".join(cell["source"]) for cell in found["cells"]]
    assert sources[1] == "%matplotlib inline\n!pip install torch\nfrom mindspore import ops\nfiles = !ls"
    assert sources[3] == "%%time\ny = ops.cat([1, 2], axis=1)"
    assert [sources[0], sources[2], sources[4]] == ["# torch", "%%bash\necho torch", NOTEBOOK["cells"][4]["source"]]
    for cell, old in zip(found["cells"], NOTEBOOK["cells"], strict=True):
        assert {**cell, "source": 0} == {**old, "source": 0}
    assert text == json.dumps(found, indent=1) + "\n"


def test_the_result_is_the_same_whatever_the_number_of_processes(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        (tree / f"pkg/big{number}.py").write_text(NET + "# " + "x" * 40_000 + "\n", encoding="utf-8")
    for jobs in (1, 2):
        torchspore("convert", tree, "-o", tmp_path / f"out{jobs}", "--jobs", jobs)
    assert contents(tmp_path / "out1") == contents(tmp_path / "out2")


def test_what_is_converted_already_is_not_converted_again(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    torchspore("convert", tree, "-o", out)
    first = contents(out)
    assert torchspore("convert", tree, "-o", out).stderr.startswith("0 of 8 files")
    assert contents(out) == first
    (tree / "pkg/net.py").write_text(NET.replace("nn.Module", "object"), encoding="utf-8")
    done = torchspore("convert", tree, "-o", out)
    assert "of 8 files" in done.stderr
    assert "super().forward(x)" in (out / "pkg/user.py").read_text(encoding="utf-8"), "it depends on the other file"


def test_hand_work_is_not_overwritten(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    torchspore("convert", tree, "-o", out)
    (out / "pkg/net.py").write_text("mine = 1\n", encoding="utf-8")
    (tree / "pkg/net.py").write_text(NET + "\nz = 1\n", encoding="utf-8")
    done = torchspore("convert", tree, "-o", out)
    assert (out / "pkg/net.py").read_text(encoding="utf-8") == "mine = 1\n"
    assert "left alone" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["TREE"], "-o OUT"),
        (["TREE", "-o", "TREE/out"], "lie in each other"),
        (["TREE/pkg", "-o", "TREE"], "lie in each other"),
        (["TREE", "-o", "TREE/../full"], "not from a conversion"),
        (["TREE", "-o", "TREE/../full/file"], "is a file"),
        (["TREE/pkg/net.py", "TREE/pkg/user.py"], "several files"),
        (["TREE", "-o", "/proc/nowhere"], "/proc/nowhere"),
        (["TREE/none.py"], "no such file"),
    ],
)
def test_refused(arguments: list[str], says: str, tree: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("x", encoding="utf-8")
    before = contents(tmp_path)
    done = torchspore("convert", *[one.replace("TREE", str(tree)) for one in arguments])
    assert done.returncode == 2 and says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert contents(tmp_path) == before


def test_links(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("import torch\nx = torch.cat([1])\n", encoding="utf-8")
    (tree / "inner.py").symlink_to(tree / "pkg/net.py")
    (tree / "outer.py").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    (tree / "dead.py").symlink_to("nowhere.py")
    out = tmp_path / "out"
    torchspore("convert", tree, "-o", out)
    assert str((out / "inner.py").readlink()) == "pkg/net.py"
    assert "ops.cat" in (out / "outer.py").read_text(encoding="utf-8") and not (out / "outer.py").is_symlink()
    assert str((out / "loop").readlink()) == "." and str((out / "dead.py").readlink()) == "nowhere.py"
    assert "torch" in outside.read_text(encoding="utf-8")


def test_in_place_and_diff(tree: Path) -> None:
    before = contents(tree)
    shown = torchspore("convert", tree, "--diff")
    assert "+++ b/pkg/net.py" in shown.stdout and contents(tree) == before
    torchspore("convert", tree, "--in-place")
    assert b"def construct" in contents(tree)["pkg/net.py"]
    after = contents(tree)
    torchspore("convert", tree, "--in-place")
    assert contents(tree) == after, "a second time changes nothing"


def test_several_paths(tree: Path, tmp_path: Path) -> None:
    done = torchspore("convert", tree / "pkg", tree / "latin.py", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert {"pkg/net.py", "latin.py", "pkg/CONVERSION.md"} <= set(contents(tmp_path / "out"))


def test_an_interrupted_run_goes_on(tree: Path, tmp_path: Path) -> None:
    for number in range(60):
        (tree / f"pkg/big{number}.py").write_text(NET + "y = 1\n" * 3000, encoding="utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "lsp_server", "convert", str(tree), "-o", str(out)]
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while not list(out.glob("pkg/big*.py")) and time.monotonic() < until:
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    for path in out.rglob("pkg/*.py"):
        assert path.read_text(encoding="utf-8").endswith("\n") or not path.stat().st_size
        assert "import torch" not in path.read_text(encoding="utf-8")
    done = torchspore("convert", tree, "-o", out)
    fresh = int(done.stderr.split()[0])
    assert fresh < 68 and len(list(out.glob("pkg/big*.py"))) == 60
    assert torchspore("convert", tree, "-o", tmp_path / "other").returncode == 1
    assert contents(out) == contents(tmp_path / "other")
