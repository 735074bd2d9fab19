"""How much of each framework is answered: what ``torchspore catalog`` prints and the published table begins with."""

from __future__ import annotations

from typing import get_args

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.derivation.claims import disagrees
from lsp_server.catalog.model import Framework, Verdict

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class Totals(msgspec.Struct, frozen=True):
    """Figures of one framework. Core names are the documented ones that models are written with."""

    framework: Framework
    symbols: int
    core: int
    answered: int
    """Core names with a verdict."""
    verdicts: dict[Verdict, int]
    """Of the core names."""
    written: int
    """Core names whose rule somebody wrote; the others that are answered are derived."""
    derived: int
    clean: int
    """Core names with evidence in which every case agreed."""
    refuted: int
    """Core names with a case that ran on both sides and did not agree."""
    cases: int
    agree: int
    rules: int
    """All rules, of names that are not core too."""


def totals(catalog: Catalog, framework: Framework) -> Totals:
    names = list(catalog.names(framework))
    core = catalog.core_names(framework)
    ruled = {name: rule for name in core if (rule := catalog.rule(name)) is not None}
    records = {name: catalog.evidence(name) for name in ruled}
    return Totals(
        framework=framework,
        symbols=len(names),
        core=len(core),
        answered=len(ruled),
        verdicts={verdict: sum(rule.verdict == verdict for rule in ruled.values()) for verdict in VERDICTS},
        written=sum(not rule.derived for rule in ruled.values()),
        derived=sum(bool(rule.derived) for rule in ruled.values()),
        clean=sum(any(one.clean for one in found) for found in records.values()),
        refuted=sum(any(disagrees(name, one) for one in found) for name, found in records.items()),
        cases=sum(one.cases for found in records.values() for one in found),
        agree=sum(one.agree for found in records.values() for one in found),
        rules=sum(catalog.rule(name) is not None for name in names),
    )
