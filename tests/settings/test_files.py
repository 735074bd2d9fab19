"""Settings of a project's files: which file holds, what is combined, what is said of broken ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.settings.files import load, nearest, settings_of
from lsp_server.settings.model import FindingsSettings, Settings, layered
from lsp_server.settings.patterns import ignored_in

BROKEN = """[project]
name = "x"

[tool.torchspore]
language = "fr"
interpreter = ["/bin/sh"]
target = { device = "Ascend", version = "two" }
migration.mode = "torch-to-mindspore"

[tool.torchspore.findings]
ignore = ["TS117"]
ignor = ["TS1"]
per-file-ignores = { "tests/**" = ["TS1"], "setup.py" = ["TS"] }
"""


def test_the_nearest_file_holds(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.torchspore]\n", encoding="utf-8")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert nearest(inner) == tmp_path / "pyproject.toml"
    (tmp_path / "a" / "torchspore.toml").write_text("", encoding="utf-8")
    assert nearest(inner) == tmp_path / "a" / "torchspore.toml"
    (tmp_path / "torchspore.toml").write_text("", encoding="utf-8")
    assert nearest(tmp_path) == tmp_path / "torchspore.toml"


def test_broken_values_cost_themselves_only_and_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(BROKEN, encoding="utf-8")
    found = load(path)
    said = {one.place.rpartition(":")[2]: one.text("en") for one in found.problems}
    assert sorted(said, key=int) == ["5", "6", "7", "12"]
    assert "torchspore.language" in said["5"] and "'fr'" in said["5"] and said["5"].startswith(f"{path}:5: ")
    assert "editor" in said["6"]
    assert "torchspore.target.version" in said["7"]
    assert "findings.ignore" in said["12"], "the similar name"
    settings = settings_of(found)
    assert settings.language == "auto" and settings.interpreter == () and settings.target.version == ""
    assert settings.target.device == "Ascend" and settings.migration.mode == "torch-to-mindspore"
    assert settings.findings.ignore == ("TS117",)


@pytest.mark.parametrize(
    ("text", "line"), [("a = \n", 1), ("[findings]\nignore = [\n", 2), ("language = 'en'\nlanguage = 'en'\n", 2)]
)
def test_a_file_that_is_no_toml_is_one_message(text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "torchspore.toml"
    path.write_text(text, encoding="utf-8")
    (problem,) = load(path).problems
    assert problem.place == f"{path}:{line}"
    assert "TOML" in problem.text("en") and "TOML" in problem.text("zh-cn")
    assert settings_of(load(path)) == Settings()


def test_sections_that_are_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "torchspore.toml"
    path.write_text("findings = 3\ntarget = []\n", encoding="utf-8")
    assert [one.place.rpartition(":")[2] for one in load(path).problems] == ["2", "1"]


def test_the_editor_goes_before_the_file_and_lists_add_up(tmp_path: Path) -> None:
    path = tmp_path / "torchspore.toml"
    path.write_text("language = 'en'\ntarget.device = 'GPU'\nfindings.ignore = ['TS1']\n", encoding="utf-8")
    sent = {"language": "zh-cn", "findings": {"ignore": ["TS201"], "perFileIgnores": {"a.py": ["TS3"]}}}
    settings, problems = layered(sent, settings_of(load(path)))
    assert problems == []
    assert settings.language == "zh-cn" and settings.target.device == "GPU"
    assert settings.findings.ignore == ("TS1", "TS201")
    assert settings.findings.per_file_ignores == {"a.py": ("TS3",)}


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [
        ("net.py", True),
        ("n?t.py", True),
        ("[m-o]et.py", True),
        ("[!n]et.py", False),
        ("*.pyi", False),
        ("pkg/tests/net.py", True),
        ("./pkg/tests/net.py", True),
        ("pkg/*.py", False),
        ("pkg/**/net.py", True),
        ("pkg/tests/**/net.py", True),
        ("pkg/**", True),
        ("pkg/", True),
        ("pkg/test", False),
        ("pkg/tests", True),
        ("**/tests/*.py", True),
        ("other/**", False),
    ],
)
def test_patterns(pattern: str, holds: bool, tmp_path: Path) -> None:
    path = tmp_path / "pkg" / "tests" / "net.py"
    settings = FindingsSettings(per_file_ignores={pattern: ("TS1",)})
    assert ignored_in(settings, path, (tmp_path,)) == (("TS1",) if holds else ())


def test_patterns_of_a_file_begin_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    path = tmp_path / "sub" / "torchspore.toml"
    path.write_text("[findings.per-file-ignores]\n'tests/*.py' = ['TS101']\n", encoding="utf-8")
    settings = settings_of(load(path)).findings
    assert ignored_in(settings, tmp_path / "sub" / "tests" / "a.py", (tmp_path,)) == ("TS101",)
    assert ignored_in(settings, tmp_path / "tests" / "a.py", (tmp_path,)) == ()
