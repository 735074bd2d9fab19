"""A code is written into ``findings.ignore``, and nothing else in the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from lsp_server.settings.editing import CannotEdit, place_for, with_ignored
from lsp_server.settings.files import load, settings_of

OWN, SHARED = "torchspore.toml", "pyproject.toml"
WRITTEN = {
    "an empty file": (OWN, "", '[findings]\nignore = ["TS204"]\n'),
    "a list": (OWN, 'findings.ignore = ["TS1"] # why\n', 'findings.ignore = ["TS1", "TS204"] # why\n'),
    "an empty list": (OWN, "[findings]\nignore = []\n", '[findings]\nignore = ["TS204"]\n'),
    "a list of several lines": (
        OWN,
        '[findings]\nignore = [\n    "TS101",  # a ] here\n    "TS103",\n]\n',
        '[findings]\nignore = [\n    "TS101",  # a ] here\n    "TS103",\n    "TS204",\n]\n',
    ),
    "a table without the list": (
        OWN,
        '[findings] # mine\nselect = ["TS"]\n',
        '[findings] # mine\nignore = ["TS204"]\nselect = ["TS"]\n',
    ),
    "an inline table": (
        OWN,
        'findings = { select = ["TS"] }\n',
        'findings = { ignore = ["TS204"], select = ["TS"] }\n',
    ),
    "another tool's list": (
        SHARED,
        '[tool.ruff.lint]\nignore = ["E501"]\n\n[tool.torchspore]\nlanguage = "en"\n',
        '[tool.ruff.lint]\nignore = ["E501"]\n\n[tool.torchspore]\nlanguage = "en"\n\n'
        '[tool.torchspore.findings]\nignore = ["TS204"]\n',
    ),
    "dotted names": (
        SHARED,
        '[tool.torchspore]\nfindings.select = ["TS"]\n[tool.other]\na = 1\n',
        '[tool.torchspore]\nfindings.ignore = ["TS204"]\nfindings.select = ["TS"]\n[tool.other]\na = 1\n',
    ),
    "no section": (
        SHARED,
        '[project]\nname = "x"\n',
        '[project]\nname = "x"\n\n[tool.torchspore.findings]\nignore = ["TS204"]\n',
    ),
    "no end of the last line": (OWN, 'language = "en"', 'language = "en"\n\n[findings]\nignore = ["TS204"]\n'),
    "what covers it already": (OWN, 'findings.ignore = ["TS2"]\n', 'findings.ignore = ["TS2"]\n'),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_written(name: str, tmp_path: Path) -> None:
    file, before, after = WRITTEN[name]
    path = tmp_path / file
    assert with_ignored(path, before, "TS204") == after
    path.write_text(after, encoding="utf-8")
    ignored = settings_of(load(path)).findings.ignore
    assert "TS204".startswith(ignored)


@pytest.mark.parametrize("text", ["a = \n", "findings = 3\n", "findings.ignore = 'TS1'\n"])
def test_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(CannotEdit):
        with_ignored(tmp_path / OWN, text, "TS204")


def test_the_place(tmp_path: Path) -> None:
    script = tmp_path / "pkg" / "net.py"
    script.parent.mkdir()
    assert place_for(script, tmp_path) == tmp_path / OWN
    (tmp_path / SHARED).write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert place_for(script, tmp_path) == tmp_path / SHARED
    (script.parent / OWN).write_text("", encoding="utf-8")
    assert place_for(script, tmp_path) == script.parent / OWN
    assert place_for(None, tmp_path) == tmp_path / SHARED
    assert place_for(None, None) is None
