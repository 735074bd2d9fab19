"""Every code that a user can meet has a kind, so a page in both languages; those of conversions come where they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from lsp_server.catalog.catalog import shipped
from lsp_server.cli.convert import command
from lsp_server.findings import migration_kinds, registry, report_kinds, suppressions
from lsp_server.findings.kinds import KINDS
from lsp_server.migrate.files import Conversion, convert_source
from lsp_server.migrate.project import dependencies
from lsp_server.migrate.target import Target

TARGET = Target("mindspore", "2.10.0", "any")
SOURCES = Path(__file__).parents[2] / "lsp_server"
OF_FILES = ("TS300", "TS315", "TS317", "TS321")


def converted(text: str) -> Conversion:
    return convert_source(text, shipped(), TARGET)


def test_every_code_that_is_written_anywhere_has_a_page() -> None:
    """Read off the sources, so that a new code cannot be forgotten."""
    written: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        written |= set(re.findall(r"\bTS\d{3}\b", path.read_text(encoding="utf-8")))
    assert len(written) > 60
    assert written == set(KINDS)


def test_no_code_is_used_twice() -> None:
    codes = [
        kind.code
        for kinds in (suppressions.KINDS, registry.RULES.values(), migration_kinds.KINDS, report_kinds.KINDS)
        for kind in kinds
    ]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", OF_FILES)
def test_the_example_shows_it_and_what_to_use_instead_does_not(code: str) -> None:
    assert code in [one.reason.code for one in converted(KINDS[code].example).left]
    assert converted(KINDS[code].instead).left == ()


def test_dependencies() -> None:
    for text, left in ((KINDS["TS330"].example, ["timm"]), (KINDS["TS330"].instead, [])):
        updated = dependencies.update("requirements.txt", text, TARGET, "torch")
        assert [one.name for one in updated.remaining] == left
        assert updated.text.startswith("mindspore")


def run(project: Path, output: Path) -> list[str]:
    """The codes of what a conversion of the project reports."""
    report = output.with_suffix(".json")
    done = CliRunner().invoke(command, [str(project), "-o", str(output), "--report", str(report), "--jobs", "1"])
    assert done.exit_code in (0, 1), done.output
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    return [one["code"] for file in files for one in file["left"]]


def test_a_file_that_was_changed_by_hand(tmp_path: Path) -> None:
    project, output = tmp_path / "project", tmp_path / "output"
    project.mkdir()
    (project / "model.py").write_text("from torch import nn\n\nlayer = nn.Linear(8, 4)\n", encoding="utf-8")
    run(project, output)
    (output / "model.py").write_text(KINDS["TS331"].example, encoding="utf-8")
    (project / "model.py").write_text(KINDS["TS331"].instead, encoding="utf-8")
    assert run(project, output) == ["TS331"]
    assert (output / "model.py").read_text(encoding="utf-8") == KINDS["TS331"].example
    (output / "model.py").unlink()
    assert run(project, output) == []
    assert "layer.set_train(" in (output / "model.py").read_text(encoding="utf-8")
