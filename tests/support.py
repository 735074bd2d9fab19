"""Sources with a cursor marker, and their analyses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.project import Project
from lsp_server.inference.uses import Use, use_at
from lsp_server.migrate.edits import apply
from lsp_server.migrate.files import convert
from lsp_server.migrate.one_use import convert_use
from lsp_server.migrate.plan import Plan
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.target import Wishes, target_for
from lsp_server.syntax.document import Document

CURSOR = "$0"


def analyse(text: str, path: Path | None = None, roots: tuple[Path, ...] = ()) -> Analysis:
    catalog = shipped()
    return Analysis(Document.parse(text), catalog, Project(catalog, roots), path)


def marked(text: str, path: Path | None = None, roots: tuple[Path, ...] = ()) -> tuple[Analysis, int]:
    """The analysis of a text, and the byte offset of its cursor."""
    before, marker, after = text.partition(CURSOR)
    assert marker, "the text has no cursor"
    return analyse(before + after, path, roots), len(before.encode())


def use(text: str, path: Path | None = None, roots: tuple[Path, ...] = ()) -> Use | None:
    return use_at(*marked(text, path, roots))


def denotes(cases: Mapping[str, str | tuple[str, str]], certainty: str, start: str = "") -> Callable[[str], None]:
    """A test of what the expression under each cursor denotes: the symbol given, else any of torch's."""

    @pytest.mark.parametrize("name", cases)
    def test(name: str) -> None:
        case = cases[name]
        text, symbol = case if isinstance(case, tuple) else (case, "torch.")
        found = use(start + text)
        assert found is not None
        assert found.symbol.startswith(symbol) if symbol.endswith(".") else found.symbol == symbol
        assert found.certainty == certainty

    return test


def denotes_nothing(cases: Mapping[str, str], start: str = "") -> Callable[[str], None]:
    """A test that the expression under each cursor denotes nothing of a framework."""

    @pytest.mark.parametrize("name", cases)
    def test(name: str) -> None:
        assert use(start + cases[name]) is None

    return test


def converted_use(text: str, device: str = "any", version: str = "") -> str:
    """The text after converting the use under the cursor; fails if it is refused."""
    analysis, offset = marked(text)
    found = use_at(analysis, offset)
    assert found is not None, "nothing to convert under the cursor"
    target = target_for(found.symbol, Wishes(version=version, device=device), analysis.catalog)
    assert target is not None
    plan = plan_use(found, target, analysis.catalog, uncertain=True)
    assert isinstance(plan, Plan), plan.reason.text("en")
    return apply(analysis.document.data, convert_use(found, plan))


def refused_use(text: str, device: str = "any", version: str = "") -> str:
    """The code of the reason why the use under the cursor is not converted."""
    analysis, offset = marked(text)
    found = use_at(analysis, offset)
    assert found is not None
    target = target_for(found.symbol, Wishes(version=version, device=device), analysis.catalog)
    assert target is not None
    refusal = plan_use(found, target, analysis.catalog)
    assert not isinstance(refusal, Plan), "it was converted"
    return refusal.reason.code


def converted_file(text: str, to: str = "mindspore", device: str = "any") -> str:
    analysis = analyse(text)
    source = "torch" if to == "mindspore" else "mindspore"
    return convert(analysis, Wishes(device=device).target(source, analysis.catalog)).text
