"""The command line as INTERFACES has it: what goes to stdout, what to stderr, which exit code; and bad input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MODEL = "import torch\n\n\ndef f(x: torch.Tensor):\n    return torch.cat([x, x], dim=1)  # 变\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return path


def torchspore(*arguments: object, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "lsp_server", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        stdin=subprocess.DEVNULL,
    )


def test_uses(model: Path) -> None:
    done = torchspore("uses", model, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == [
        {"line": 4, "col": 9, "end_line": 4, "end_col": 21, "text": "torch.Tensor", "symbol": "torch.Tensor",
         "kind": "class", "certainty": "certain", "via": "static"},
        {"line": 5, "col": 11, "end_line": 5, "end_col": 20, "text": "torch.cat", "symbol": "torch.cat",
         "kind": "function", "certainty": "certain", "via": "static"},
    ]  # fmt: skip


def test_convert_to_stdout(model: Path) -> None:
    done = torchspore("convert", model)
    assert done.returncode == 0
    assert "ops.cat([x, x], axis=1)  # 变" in done.stdout and "import torch" not in done.stdout
    assert model.read_text(encoding="utf-8") == MODEL


def test_convert_diff(model: Path) -> None:
    done = torchspore("convert", model, "--diff")
    assert done.stdout.startswith("--- a/model.py\n+++ b/model.py\n")
    assert "\x1b" not in done.stdout
    command = ["patch", "-p1", "-o", "-"]
    applied = subprocess.run(command, cwd=model.parent, input=done.stdout, capture_output=True, text=True)
    assert applied.stdout == torchspore("convert", model).stdout


def test_convert_in_place_with_a_report(model: Path) -> None:
    model.write_text(MODEL + "\n\ntorch.no_grad()\n")
    report = model.parent / "report.json"
    done = torchspore("convert", model, "--in-place", "--report", report)
    assert done.returncode == 1 and done.stdout == ""
    assert "ops.cat" in model.read_text()
    found = json.loads(report.read_text())
    (entry,) = found["files"]
    assert entry["converted"] == 2
    assert [(left["line"], left["symbol"], left["code"]) for left in entry["left"]] == [(8, "torch.no_grad", "TS302")]
    assert found["totals"] == {"files": 1, "converted": 2, "left": 1, "unsafe": len(entry["unsafe"])}
    again = torchspore("convert", model)
    assert again.stdout == model.read_text()


def test_a_report_to_read(model: Path) -> None:
    model.write_text(MODEL + "\n\ntorch.no_grad()\n")
    page = model.parent / "report.md"
    assert torchspore("convert", model, "--report", page).returncode == 1
    text = page.read_text()
    assert text.startswith("# Conversion to MindSpore\n\n2 converted")
    assert "## No counterpart (1)\n\n- 8:0 torch.no_grad has no counterpart" in text


def test_check(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text("import torch\n\n\nclass N(torch.nn.Module):\n    def construct(self, x):\n        return x\n")
    done = torchspore("check", tmp_path, "--format", "json")
    assert done.returncode == 1
    (found,) = json.loads(done.stdout)
    assert (found["code"], found["line"], found["col"], found["fix"]) == ("TS102", 5, 8, "safe")
    github = torchspore("check", path, "--format", "github").stdout
    assert github.startswith(f"::error file={path},line=5,endLine=5,col=9,endColumn=18,title=TorchSpore (TS102)::")
    assert torchspore("check", path, "--ignore", "TS102").returncode == 0
    assert "+    def forward(self, x):" in torchspore("check", path, "--diff").stdout
    assert torchspore("check", path, "--fix").returncode == 0
    assert "def forward" in path.read_text()


def test_check_for_code_hosts(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text("import torch\n\n\nclass 网络(torch.nn.Module):\n    def construct(self, x):\n        return x\n")
    log = json.loads(torchspore("check", path, "--format", "sarif").stdout)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "TS102"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == path.as_uri()
    assert place["region"] == {"startLine": 5, "startColumn": 9, "endLine": 5, "endColumn": 18}


def test_explain_in_both_languages() -> None:
    english = torchspore("explain", "torch.nn.Module.buffers")
    assert english.returncode == 0 and english.stdout.startswith("**torch.nn.Module.buffers** → MindSpore 2.10")
    for done in (
        torchspore("explain", "torch.nn.Module.buffers", "--lang", "zh-cn"),
        torchspore("explain", "torch.nn.Module.buffers", language="zh_CN.UTF-8"),
    ):
        assert "任意设备" in done.stdout and "两边均已实际运行" in done.stdout
    data = json.loads(torchspore("explain", "torch.float", "--format", "json").stdout)
    assert data["symbol"] == "torch.float32" and data["counterparts"][0]["symbol"] == "mindspore.float32"


def test_version_and_device_change_the_answer() -> None:
    assert "mindspore.nn.Conv2d(" in torchspore("explain", "torch.nn.Conv2d").stdout
    assert "mindspore.mint.nn.Conv2d(" in torchspore("explain", "torch.nn.Conv2d", "--device", "Ascend").stdout
    old = torchspore("explain", "torch.nn.Module.buffers", "--target-version", "2.0").stdout
    new = torchspore("explain", "torch.nn.Module.buffers", "--target-version", "2.10").stdout
    assert "Cell.untrainable_params(" in old.splitlines()[2]
    assert "[*net.buffers(), *net.untrainable_params()]" in new.splitlines()[2]


def test_catalog() -> None:
    entries = {entry["symbol"]: entry for entry in json.loads(torchspore("catalog", "--format", "json").stdout)}
    assert len(entries) > 10_000
    conv = entries["torch.nn.Conv2d"]
    assert set(conv) == {"symbol", "kind", "core", "verdict", "derived", "counterparts", "evidence"}
    assert conv["core"] is True and conv["derived"] is None
    assert conv["verdict"] == "adapt" and conv["evidence"]["agree"] == conv["evidence"]["cases"] > 0


def test_state() -> None:
    example = Path(__file__).resolve().parents[2] / "docs/examples/build_block.py"
    found = json.loads(torchspore("state", f"{example}:ConvBN(3, 8)", "--format", "json").stdout)
    assert found["complete"] is True
    assert found["entries"][0]["shape"] == [8, 3, 3, 3]
    assert found["entries"][4]["counterpart"]["name"] == "bn.moving_mean"
    assert found["constants"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["uses", "nowhere.py"], "no such file"),
        (["convert", "."], "is a folder"),
        (["convert", "MODEL", "--diff", "--in-place"], "choose one of"),
        (["convert", "MODEL", "-o", "/nowhere/out.py"], "cannot be written"),
        (["convert", "MODEL", "--target-version", "latest"], "is no version"),
        (["explain", "torch.nn.Conv2e"], "Similar names"),
        (["explain", "qqqq"], "check the spelling"),
        (["state", "MODEL:NoSuchClass"], "no module class"),
        (["server", "--tcp", "nonsense"], "HOST:PORT"),
        (["server", "--log-file", "/nowhere/log"], "cannot be written"),
        (["verify", "torch.no_such_thing"], ""),
    ],
)
def test_one_line_says_why(arguments: list[str], says: str, model: Path) -> None:
    done = torchspore(*[argument.replace("MODEL", str(model)) for argument in arguments])
    assert done.returncode == 2, done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert model.read_text(encoding="utf-8") == MODEL


@pytest.mark.parametrize(
    "content",
    [b"", b"\xef\xbb\xbfimport torch\r\ntorch.cat([])\r\n", b"\xff\xfe\x00", b"def f(:\n", b"\tif x:\n  y\n", b"\x00"],
    ids=["empty", "mark and carriage returns", "undecodable", "unfinished", "mixed tabs", "zero"],
)
def test_strange_files(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "strange.py"
    path.write_bytes(content)
    for command in ("uses", "check", "convert", "state"):
        done = torchspore(command, path)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
    assert path.read_bytes() == content


def test_help_speaks_both_languages() -> None:
    assert "Report findings" in torchspore("--help").stdout
    assert "报告文件和目录中的问题" in torchspore("--help", language="zh_CN.UTF-8").stdout
    assert torchspore("--version").stdout.startswith("torchspore, version ")
