"""Figures of the catalog."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.catalog.totals import totals


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_figures_add_up(framework: Framework) -> None:
    figures = totals(shipped(), framework)
    assert figures.core > 2000
    assert figures.answered == figures.written + figures.derived == sum(figures.verdicts.values()) <= figures.core
    assert 0 < figures.clean <= figures.answered
    assert figures.agree <= figures.cases
    assert figures.rules >= figures.answered
