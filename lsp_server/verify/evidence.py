"""The record of running both frameworks: runs cases and torch's test inputs, and writes ``mappings/evidence``."""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from lsp_server.catalog import compiler
from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Device, EvidenceLine
from lsp_server.migrate.target import serving
from lsp_server.verify import frameworks, plan, records, weights
from lsp_server.verify.databases import Databases
from lsp_server.verify.isolation import BackResult, CaseResult, run_all
from lsp_server.verify.judge import Judge, failure_text
from lsp_server.verify.plan import Task

EVIDENCE = compiler.MAPPINGS / "evidence"
TIMEOUT = 45.0


class UnknownSymbols(Exception):
    """Asked to verify something that has no rule."""


@dataclass(slots=True)
class Report:
    """What a run found."""

    catalog: Catalog
    device: Device
    lines: list[EvidenceLine] = field(default_factory=list[EvidenceLine])
    disagreements: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])
    """Symbol and failing input, all of them."""
    refusals: list[tuple[str, str]] = field(default_factory=list["tuple[str, str]"])
    dropped: int = 0
    """Test inputs at which torch itself raises in this form, and translated cases at which MindSpore does."""
    unwritten: int = 0
    """Test inputs that cannot be written as source."""
    databases: Databases | None = None
    regressions: list[str] = field(default_factory=list[str])
    """Symbols that were clean in the record and are not any more."""


def verify(
    symbols: Sequence[str] = (), device: Device = "CPU", jobs: int = 2, root: Path = EVIDENCE, quick: bool = False
) -> Report:
    """Verify these rules (all, if none is named) and record what happened.

    Records of other rules stay. An interrupted run goes on where it stopped. A quick run takes a fixed part of the
    rules and records nothing. Raises `UnknownSymbols` and `MappingError`.
    """
    catalog = Catalog(compiler.compile_mappings(compiler.MAPPINGS, judged=False))
    wanted = _wanted(catalog, symbols, quick)
    versions = frameworks.load_both()
    console = Console(stderr=True)
    path = root / f"mindspore-{versions['mindspore']}-{device}.jsonl"
    databases = Databases(catalog) if plan.needs_databases(catalog, wanted) else None
    tasks = {task.name: task for task in plan.tasks(catalog, device, wanted, databases)}
    keys = {name: plan.key(catalog, task, device, versions) for name, task in tasks.items()}
    journal = records.Journal(path.with_suffix(".journal"))
    results = journal.resume(keys)
    worker = _Worker(catalog, device, tasks)
    gc.collect()
    gc.freeze()  # a collection in a child would copy every page that it shares with this process
    with _progress(console) as progress:
        bar = progress.add_task("verify", total=len(tasks), completed=len(results))
        todo = [task.job for name, task in tasks.items() if name not in results]
        for name, found in run_all(todo, worker, jobs, TIMEOUT):
            results[name] = sorted((_named(tasks[name], one, catalog) for one in found), key=lambda one: one.index)
            journal.add(name, keys[name], results[name])
            progress.update(bar, advance=1, description=tasks[name].symbol.rpartition(".")[2][:24].ljust(24))
    report = Report(catalog, device, databases=databases)
    _collect(report, tasks.values(), results, wanted, versions)
    before = records.read(path)
    report.regressions = [line.symbol for line in report.lines if _is_worse(line, before.get(line.symbol))]
    if not quick:
        records.write(path, report.lines, set(catalog.rules()))
    journal.forget(tasks.keys())
    return report


def _is_worse(line: EvidenceLine, before: EvidenceLine | None) -> bool:
    """Clean in the record, and now with a case that disagrees. A record of fewer cases says nothing about the others,
    and neither does a run in which nothing could be compared."""
    disagrees = line.agree < line.cases
    return before is not None and before.clean and before.cases >= line.cases and disagrees


def _named(task: Task, result: CaseResult, catalog: Catalog) -> CaseResult:
    """A crash does not know what it was about."""
    if not result.died:
        return result
    if task.made is None:
        said = plan.rule_of(catalog, task.symbol).cases[result.index].splitlines()[-1]
        return msgspec.structs.replace(result, failure=f"{said[:150]}: {result.failure}")
    return msgspec.structs.replace(result, failure=failure_text(task.samples[result.index], result.failure))


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _wanted(catalog: Catalog, symbols: Iterable[str], quick: bool) -> set[str]:
    asked = [catalog.canonical(symbol) or symbol for symbol in symbols]
    unknown = [symbol for symbol in asked if catalog.rule(symbol) is None]
    if unknown:
        raise UnknownSymbols(f"no rule for {', '.join(unknown)}")
    names = set(asked or catalog.rules())
    return plan.quick(names) if quick else names


class _Worker:
    """Runs one case of a task; prepared in each child at its first case."""

    def __init__(self, catalog: Catalog, device: Device, tasks: dict[str, Task]) -> None:
        self._catalog = catalog
        self._device: Device = device
        self._tasks = tasks
        self._names = weights.state_names(catalog)
        self._judge: Judge | None = None

    def __call__(self, name: str, index: int) -> CaseResult:
        if self._judge is None:
            self._judge = Judge(self._catalog, frameworks.Runner(self._names, self._device), self._device)
        task = self._tasks[name]
        if task.made is None:
            return self._judge.own(task.symbol, index)
        return self._judge.sample(task.symbol, index, task.samples[index])


@dataclass(slots=True)
class _Tally:
    """The sums of one symbol."""

    cases: int = 0
    agree: int = 0
    samples: int = 0
    refused: int = 0
    outside: int = 0
    gradients: int = 0
    error: float = 0.0
    failure: str = ""
    taken: set[str] = field(default_factory=set[str])

    def add(self, result: CaseResult | BackResult, sample: bool) -> None:
        if result.outcome in ("agree", "disagree"):
            self.cases += 1
            self.samples += sample
            self.agree += result.outcome == "agree"
        self.refused += result.outcome == "refused"
        self.outside += result.outcome == "outside"
        if result.outcome == "agree":
            self.error = max(self.error, result.error)
            self.taken.add(result.counterpart)
        elif result.outcome == "disagree" and not self.failure:
            self.failure = " ".join(result.failure.split())[:200]


def _collect(
    report: Report,
    tasks: Iterable[Task],
    results: dict[str, list[CaseResult]],
    wanted: Collection[str],
    versions: dict[str, str],
) -> None:
    """Sum up by symbol. The order of the tasks decides what the first failure is, not the order of finishing."""
    tallies: dict[str, _Tally] = {}
    for task in tasks:
        report.unwritten += task.unwritten
        for result in results.get(task.name, []):
            report.dropped += result.outcome == "dropped"
            if task.symbol in wanted:
                tally = tallies.setdefault(task.symbol, _Tally())
                tally.add(result, task.made is not None)
                tally.gradients += result.gradients
                if result.outcome == "disagree":
                    report.disagreements.append((task.symbol, result.failure))
                elif result.outcome == "refused":
                    report.refusals.append((task.symbol, result.failure))
            if result.back is not None and result.back.symbol in wanted:
                tallies.setdefault(result.back.symbol, _Tally()).add(result.back, task.made is not None)
                if result.back.outcome == "disagree":
                    report.disagreements.append((result.back.symbol, result.back.failure))
    for symbol in sorted(tallies):
        report.lines.append(_line(report, symbol, tallies[symbol], versions))


def _line(report: Report, symbol: str, tally: _Tally, versions: dict[str, str]) -> EvidenceLine:
    return EvidenceLine(
        symbol=symbol,
        torch=versions["torch"],
        mindspore=versions["mindspore"],
        device=report.device,
        cases=tally.cases,
        agree=tally.agree,
        samples=tally.samples,
        refused=tally.refused,
        outside=tally.outside,
        gradients=tally.gradients,
        max_error=float(f"{tally.error:.3g}"),
        failure=tally.failure,
        counterpart=_proven(report, symbol, tally.taken),
    )


def _proven(report: Report, symbol: str, taken: Collection[str]) -> str:
    """The counterpart that the record is about: the preferred one if any case took it. Empty if a rule has several
    and every one was run."""
    target = plan.target_of(report.catalog, symbol, report.device)
    names = [one.symbol for one in serving(plan.rule_of(report.catalog, symbol), target)]
    if len(set(names)) > 1 and set(names) <= set(taken):
        return ""
    return next((name for name in names if name in taken), names[0] if names else "")


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.verify.evidence [SYMBOL…]``."""
    lines = verify(sys.argv[1:] if arguments is None else arguments).lines
    for line in lines:
        if not line.clean:
            print(f"{line.symbol}: {line.agree}/{line.cases} {line.failure}")
    clean = sum(line.clean for line in lines)
    agree, total = sum(line.agree for line in lines), sum(line.cases for line in lines)
    print(f"{clean} of {len(lines)} rules clean, {agree} of {total} cases agree")
    return 0 if clean == len(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
