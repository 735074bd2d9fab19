"""The sums of a run: how much of torch's own test inputs agrees, and what the rules that call themselves safe do."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Device, Evidence
from lsp_server.migrate.planner import safety_of
from lsp_server.verify import plan
from lsp_server.verify.databases import Database, Databases
from lsp_server.verify.evidence import Report


class DatabaseTotals(msgspec.Struct, frozen=True):
    """One of torch's databases. Samples are those of the symbols that its entries stand for."""

    name: Database
    entries: int
    public: int
    """Entries that stand for a public name."""
    expressed: int
    """Entries of which a public name has a counterpart on the device."""
    proven: int
    """Entries of which every name with a counterpart was run and always agreed."""
    run: int
    agree: int
    """Own cases that disagree count against the samples: a record does not tell them apart."""
    refused: int
    outside: int


class Totals(msgspec.Struct, frozen=True):
    databases: tuple[DatabaseTotals, ...]
    rules: int
    clean: int
    cases: int
    agree: int
    safe: int
    """Rules that the catalog calls safe."""
    safe_disagreements: int
    """Cases that disagree now under a rule that the catalog calls safe; must be none."""
    unwritten: int = 0
    dropped: int = 0


def of_report(report: Report) -> Totals:
    """Of one run. The databases count only if it needed them."""
    entries = report.databases.entries if report.databases is not None else {}
    lines = {line.symbol: line for line in report.lines}
    found = _totals(report.catalog, report.device, lines, entries)
    return msgspec.structs.replace(found, unwritten=report.unwritten, dropped=report.dropped)


def recorded(catalog: Catalog, device: Device) -> Totals:
    """Of what is recorded, without running anything; torch must be installed, because the databases are part of it."""
    lines: dict[str, Evidence] = {}
    for symbol in catalog.rules():
        for record in catalog.evidence(symbol):
            if record.device == device:
                lines[symbol] = record
    return _totals(catalog, device, lines, Databases(catalog).entries)


def _totals(
    catalog: Catalog, device: Device, lines: Mapping[str, Evidence], entries: Mapping[Database, list[tuple[str, ...]]]
) -> Totals:
    safe = [symbol for symbol in lines if is_safe(catalog, symbol, device)]
    return Totals(
        databases=tuple(_database(name, entries[name], lines, catalog, device) for name in entries),
        rules=len(lines),
        clean=sum(line.clean for line in lines.values()),
        cases=sum(line.cases for line in lines.values()),
        agree=sum(line.agree for line in lines.values()),
        safe=len(safe),
        safe_disagreements=sum(lines[symbol].cases - lines[symbol].agree for symbol in safe),
    )


def is_safe(catalog: Catalog, symbol: str, device: Device) -> bool:
    """Whether the catalog as it stands, with the evidence recorded so far, offers the rule as safe."""
    counterpart = plan.counterpart_of(catalog, symbol, device)
    if counterpart is None:
        return False
    target = plan.target_of(catalog, symbol, device)
    return safety_of(plan.rule_of(catalog, symbol), counterpart, symbol, target, catalog) == "safe"


def _database(
    name: Database, entries: list[tuple[str, ...]], lines: Mapping[str, Evidence], catalog: Catalog, device: Device
) -> DatabaseTotals:
    expressed = proven = 0
    symbols: dict[str, None] = {}
    for names in entries:
        mapped = [one for one in names if _has_counterpart(catalog, one, device)]
        expressed += bool(mapped)
        proven += bool(mapped) and all(one in lines and lines[one].clean for one in mapped)
        symbols.update(dict.fromkeys(names))
    found = [lines[one] for one in symbols if one in lines]
    return DatabaseTotals(
        name=name,
        entries=len(entries),
        public=sum(bool(names) for names in entries),
        expressed=expressed,
        proven=proven,
        run=sum(one.samples for one in found),
        agree=sum(max(0, one.agree - (one.cases - one.samples)) for one in found),
        refused=sum(one.refused for one in found),
        outside=sum(one.outside for one in found),
    )


def _has_counterpart(catalog: Catalog, symbol: str, device: Device) -> bool:
    rule = catalog.rule(symbol)
    return rule is not None and rule.verdict != "none" and plan.counterpart_of(catalog, symbol, device) is not None
