"""Each example is run in its framework: it is wrong, what to use instead is right, and so is what the fix makes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("GLOG_v", "3")
pytest.importorskip("torch", reason="needs pip install 'torchspore[verify]'")
pytest.importorskip("mindspore", reason="needs pip install 'torchspore[verify]'")
# both are imported before a process forks, and run nothing before that
import mindspore.common.initializer  # noqa: F401  the examples read it as an attribute

from lsp_server.findings import registry
from lsp_server.migrate.edits import apply
from tests.findings.observations import SEEN, everything_made
from tests.findings.running import shown
from tests.findings.test_fixtures import FIXED
from tests.support import analyse

pytestmark = pytest.mark.frameworks


def test_every_finding_is_run() -> None:
    assert list(SEEN) == list(registry.RULES)


@pytest.mark.parametrize("code", registry.RULES)
def test_the_example_is_wrong(code: str, tmp_path: Path) -> None:
    assert shown(registry.RULES[code].example, SEEN[code].observe, tmp_path) == SEEN[code].wrong


@pytest.mark.parametrize("code", registry.RULES)
def test_what_to_use_instead_is_right(code: str, tmp_path: Path) -> None:
    assert shown(registry.RULES[code].instead, SEEN[code].observe, tmp_path) == SEEN[code].right


@pytest.mark.parametrize("code", registry.RULES)
def test_the_fix_makes_it_right(code: str, tmp_path: Path) -> None:
    rule = registry.RULES[code]
    analysis = analyse(rule.example)
    fixed = apply(analysis.document.data, registry.fixes(registry.check(analysis, [rule]), unsafe=True))
    if fixed not in (rule.example, rule.instead):
        assert shown(fixed, SEEN[code].observe, tmp_path) == SEEN[code].right


@pytest.mark.parametrize("path", FIXED, ids=lambda path: path.stem)
def test_what_fixes_write_can_be_run(path: Path, tmp_path: Path) -> None:
    """The file itself, and an object of each of its classes."""
    assert shown(path.read_text(encoding="utf-8"), everything_made, tmp_path) is None
