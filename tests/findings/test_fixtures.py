"""The fixtures of the findings, found by their names: ``TS103_….py`` has the finding and nothing else,
``TS103_….fixed.py`` is what its fixes make of it (none: there is no fix), ``TS103_….clean.py`` has nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lsp_server.findings import registry
from lsp_server.findings.model import Finding, Rule
from lsp_server.migrate.edits import apply
from tests.support import analyse

FOLDER = Path(__file__).parent / "fixtures"
FILES = sorted(FOLDER.glob("*.py"))
CLEAN = [path for path in FILES if path.name.endswith(".clean.py")]
FIXED = [path for path in FILES if path.name.endswith(".fixed.py")]
FOUND = [path for path in FILES if path not in CLEAN and path not in FIXED]


def code_of(path: Path) -> str:
    return path.name.partition("_")[0]


def rules_for(path: Path) -> list[Rule]:
    """All rules; of the optional ones only that of the fixture."""
    return registry.selected((), ()) + [rule for rule in registry.selected((code_of(path),), ()) if rule.optional]


def findings(path: Path, text: str) -> list[Finding]:
    return registry.check(analyse(text), rules_for(path))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_found(path: Path) -> None:
    found = findings(path, path.read_text(encoding="utf-8"))
    assert {one.code for one in found} == {code_of(path)}


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_fixed_once_and_for_all(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    fixed = apply(text.encode(), registry.fixes(findings(path, text), unsafe=True))
    ast.parse(fixed)
    expected = path.with_suffix(".fixed.py")
    if not expected.exists():
        assert fixed == text
        return
    assert fixed == expected.read_text(encoding="utf-8")
    assert findings(path, fixed) == []


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_nothing_found(path: Path) -> None:
    assert findings(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", registry.RULES)
def test_as_many_without_as_with(code: str) -> None:
    found = [path for path in FOUND if code_of(path) == code]
    clean = [path for path in CLEAN if code_of(path) == code]
    assert found and len(clean) >= 2


def test_more_without_than_with() -> None:
    assert len(CLEAN) >= len(FOUND)


def test_every_fixture_has_its_before() -> None:
    stems = {path.stem for path in FOUND}
    assert [path.name for path in FIXED if path.name.removesuffix(".fixed.py") not in stems] == []
