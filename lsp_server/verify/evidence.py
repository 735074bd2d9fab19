"""The record of running both frameworks: runs the cases of the rules and writes ``mappings/evidence``."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from lsp_server.catalog import compiler
from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.model import Device, Evidence, Rule
from lsp_server.migrate.files import convert_source
from lsp_server.migrate.target import Target, choose
from lsp_server.verify import cases, frameworks, outcome
from lsp_server.verify.inputs import fixed_inputs
from lsp_server.verify.isolation import CaseResult, run_all

EVIDENCE = compiler.MAPPINGS / "evidence"
TIMEOUT = 60.0
_SUMS = re.compile(
    r"conv|linear|bmm|matmul|mm$|lstm|gru|embedding|dense|attention|norm|std|var$|sum|mean|pool|loss|entropy", re.I
)
"""Symbols whose results are sums of many products: float32 then differs in the last digits by the order of summing."""


class Line(Evidence, frozen=True, kw_only=True):
    """One line of the evidence: the record and whose it is."""

    symbol: str


class UnknownSymbols(Exception):
    """Asked to verify something that has no rule."""


class _Journal(msgspec.Struct, frozen=True):
    """A finished job of an interrupted run, and what it was run with."""

    key: str
    line: Line


def run(symbols: Sequence[str] = (), device: Device = "CPU", jobs: int = 2, root: Path = EVIDENCE) -> list[Line]:
    """Run the cases of these rules (all, if none is named) and record what happened. Gives the new records.

    Records of other rules stay. An interrupted run goes on where it stopped. Raises `UnknownSymbols`,
    `MappingError` and `CatalogMissing`.
    """
    catalog = Catalog(compiler.compile_mappings(compiler.MAPPINGS))
    wanted = _wanted(catalog, symbols)
    versions = frameworks.load_both()
    path = root / f"mindspore-{versions['mindspore']}-{device}.jsonl"
    journal = path.with_suffix(".journal")
    done = _resume(journal, catalog)
    console = Console(stderr=True)
    with _progress(console) as progress, journal.open("ab") as log:
        task = progress.add_task("verify", total=len(wanted), completed=sum(name in done for name in wanted))
        todo = [(name, len(_rule(catalog, name).cases)) for name in wanted if name not in done]
        worker = _Worker(catalog, device)
        for name, results in run_all(todo, worker, jobs, TIMEOUT):
            line = _line(catalog, name, results, device, versions)
            done[name] = line
            log.write(msgspec.json.encode(_Journal(_key(_rule(catalog, name)), line)) + b"\n")
            log.flush()
            progress.update(task, advance=1, description=name.rpartition(".")[2][:24].ljust(24))
    lines = [done[name] for name in wanted]
    _write(path, lines, {name for name in catalog.rules() if _rule(catalog, name).cases})
    journal.unlink(missing_ok=True)
    return lines


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)


def _wanted(catalog: Catalog, symbols: Iterable[str]) -> list[str]:
    asked = [catalog.canonical(symbol) or symbol for symbol in symbols]
    unknown = [symbol for symbol in asked if catalog.rule(symbol) is None]
    if unknown:
        raise UnknownSymbols(f"no rule for {', '.join(unknown)}")
    names = asked or list(catalog.rules())
    return sorted(name for name in names if _rule(catalog, name).cases)


def _rule(catalog: Catalog, name: str) -> Rule:
    rule = catalog.rule(name)
    assert rule is not None  # names come from the catalog, or were looked up in it
    return rule


class _Worker:
    """Runs one case of a rule; prepared in each child at its first case."""

    def __init__(self, catalog: Catalog, device: Device) -> None:
        self._catalog = catalog
        self._device: Device = device
        self._runner: frameworks.Runner | None = None

    def __call__(self, name: str, index: int) -> CaseResult:
        if self._runner is None:
            self._runner = frameworks.Runner(self._catalog, self._device)
        try:
            error = self._difference(self._runner, name, _rule(self._catalog, name).cases[index])
        except (outcome.Disagreement, cases.BadCase) as refusal:
            return CaseResult(index, False, failure=str(refusal))
        return CaseResult(index, True, error)

    def _difference(self, runner: frameworks.Runner, name: str, case: str) -> float:
        framework = framework_of(name)
        assert framework is not None  # the compiler refuses rules for anything else
        other = OTHER[framework]
        text, used = cases.as_module(case, framework, frozenset(fixed_inputs()))
        target = Target(other, self._catalog.versions[other], self._device)
        conversion = convert_source(text, self._catalog, target)
        for left in conversion.left:
            if left.symbol in ("", name):
                raise outcome.Disagreement(f"{left.symbol or 'text'} is not converted: {left.reason.text('en')}")
        if not conversion.left and re.search(rf"^(import|from) {framework}\b", conversion.text, re.MULTILINE):
            raise outcome.Disagreement(f"the converted text still needs {framework}")
        expected = _guarded(runner, text, framework, used)
        try:
            actual = _guarded(runner, conversion.text, other, used)
        except outcome.Disagreement as refusal:
            rest = ", ".join(sorted({left.symbol for left in conversion.left}))
            raise outcome.Disagreement(f"{refusal}{f' (not converted: {rest})' if rest else ''}") from refusal
        return outcome.largest_difference(expected, actual, tolerance(name, _rule(self._catalog, name)))


def _guarded(runner: frameworks.Runner, text: str, framework: str, used: tuple[str, ...]) -> object:
    try:
        return runner.run(text, "torch" if framework == "torch" else "mindspore", used)
    except Exception as error:
        first = next((line for line in str(error).splitlines() if line.strip(" -")), "")
        raise outcome.Disagreement(f"{framework} raises {type(error).__name__}: {first[:160]}") from error


def tolerance(name: str, rule: Rule) -> outcome.Tolerance:
    """1e-5, and 1e-4 for sums of products; int32 may stand for int64 only where the rule's note says so."""
    notes = [rule.note, *(counterpart.note for counterpart in rule.counterparts)]
    told = any(note is not None and "int32" in note.en for note in notes)
    limit = 1e-4 if _SUMS.search(name.rpartition(".")[2]) else 1e-5
    return outcome.Tolerance(limit, limit, told)


def _line(catalog: Catalog, name: str, results: Sequence[CaseResult], device: Device, versions: dict[str, str]) -> Line:
    rule = _rule(catalog, name)
    framework = framework_of(name)
    other = OTHER[framework or "torch"]
    chosen = choose(rule, Target(other, versions[other], device))
    failed = next((result for result in sorted(results, key=lambda one: one.index) if not result.agree), None)
    return Line(
        symbol=name,
        torch=versions["torch"],
        mindspore=versions["mindspore"],
        device=device,
        cases=len(rule.cases),
        agree=sum(result.agree for result in results),
        max_error=float(f"{max((result.error for result in results if result.agree), default=0.0):.3g}"),
        failure=f"{rule.cases[failed.index].splitlines()[-1]}: {failed.failure}" if failed is not None else "",
        counterpart=chosen.symbol if chosen is not None else "",
    )


def _key(rule: Rule) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(rule)).hexdigest()


def _resume(journal: Path, catalog: Catalog) -> dict[str, Line]:
    """Finished jobs of an interrupted run whose rules have not changed since."""
    if not journal.exists():
        return {}
    found: dict[str, Line] = {}
    for raw in journal.read_bytes().splitlines():
        try:
            entry = msgspec.json.decode(raw, type=_Journal)
        except msgspec.MsgspecError:
            continue  # the line that was being written when the run was interrupted
        rule = catalog.rule(entry.line.symbol)
        if rule is not None and _key(rule) == entry.key:
            found[entry.line.symbol] = entry.line
    return found


def _write(path: Path, lines: Iterable[Line], known: set[str]) -> None:
    """Merge new records into the file, sorted; records of rules that are gone are dropped."""
    records: dict[str, Line] = {}
    if path.exists():
        for raw in path.read_bytes().splitlines():
            record = msgspec.json.decode(raw, type=Line)
            if record.symbol in known:
                records[record.symbol] = record
    records.update({line.symbol: line for line in lines})
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(b"".join(_encoded(records[name]) for name in sorted(records)))
    temporary.replace(path)


def _encoded(line: Line) -> bytes:
    fields = msgspec.structs.asdict(line)
    ordered = {"symbol": fields.pop("symbol"), **{key: value for key, value in fields.items() if value not in ("",)}}
    return msgspec.json.encode(ordered) + b"\n"


def main(arguments: list[str] | None = None) -> int:
    """Command: ``python -m lsp_server.verify.evidence [SYMBOL…]``."""
    lines = run(sys.argv[1:] if arguments is None else arguments)
    for line in lines:
        if not line.clean:
            print(f"{line.symbol}: {line.agree}/{line.cases} {line.failure}")
    clean = sum(line.clean for line in lines)
    agree, total = sum(line.agree for line in lines), sum(line.cases for line in lines)
    print(f"{clean} of {len(lines)} rules clean, {agree} of {total} cases agree")
    return 0 if clean == len(lines) else 1


if __name__ == "__main__":
    sys.exit(main())
