"""What is to be run: the cases of rules, and torch's test inputs for the symbols that have a rule."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

import msgspec

from lsp_server import catalog as catalog_package
from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.model import Counterpart, Device, Rule
from lsp_server.migrate.target import Target, choose, serving
from lsp_server.verify.databases import Databases, Made
from lsp_server.verify.isolation import Job
from lsp_server.verify.samples import Sample

_CHANGES_STATE = re.compile(
    r"\b(torch|mindspore|ms|mint|backends)(\.\w+)*\.(set_|use_|manual_seed|seed\b|enable|disable)"
)
"""Cases that switch something for the whole process."""

QUICK = 12
"""A quick run takes one symbol in so many, the same ones every time."""


class Task(msgspec.Struct, frozen=True):
    """The cases of one symbol that belong together: its own, or torch's inputs in one form."""

    symbol: str
    made: Made | None
    """None: the rule's own cases."""
    samples: tuple[Sample, ...] = ()
    own: int = 0
    unwritten: int = 0
    solo: bool = False

    @property
    def name(self) -> str:
        return f"{self.symbol} {self.made or 'own'}"

    @property
    def job(self) -> Job:
        return Job(self.name, self.own or len(self.samples), self.solo)


def tasks(catalog: Catalog, device: Device, wanted: Collection[str], databases: Databases | None) -> Iterator[Task]:
    """All there is to run for these symbols. Torch's inputs also serve the MindSpore symbols that they become."""
    for symbol in sorted(wanted):
        rule = rule_of(catalog, symbol)
        if rule.cases:
            yield Task(symbol, None, own=len(rule.cases), solo=any(map(_CHANGES_STATE.search, rule.cases)))
    if databases is None:
        return
    for symbol in sorted(databases.symbols()):
        rule = catalog.rule(symbol)
        if rule is None or rule.verdict == "none":
            continue
        counterparts = {one.symbol for one in serving(rule, target_of(catalog, symbol, device))}
        if not counterparts or (symbol not in wanted and counterparts.isdisjoint(wanted)):
            continue
        for written in databases.written(symbol):
            yield Task(symbol, written.made, tuple(written.samples), unwritten=written.unwritten)


def needs_databases(catalog: Catalog, wanted: Collection[str]) -> bool:
    """Whether torch's inputs can say anything about one of these; loading them takes seconds."""
    return any(
        framework_of(name) == "mindspore" or name.startswith(_IN_DATABASES) or _is_function(catalog, name)
        for name in wanted
    )


_IN_DATABASES = ("torch.optim.", "torch.nn.", "torch.Tensor.")


def _is_function(catalog: Catalog, name: str) -> bool:
    symbol = catalog.symbol(name)
    return symbol is not None and symbol.kind == "function"


def quick(symbols: Collection[str]) -> set[str]:
    return {name for name in symbols if zlib.crc32(name.encode()) % QUICK == 0}


def rule_of(catalog: Catalog, symbol: str) -> Rule:
    rule = catalog.rule(symbol)
    assert rule is not None  # names come from the catalog, or were looked up in it
    return rule


def target_of(catalog: Catalog, symbol: str, device: Device) -> Target:
    """What a symbol is converted to."""
    framework = framework_of(symbol)
    assert framework is not None  # the compiler refuses rules for anything else
    other = OTHER[framework]
    return Target(other, catalog.versions[other], device)


def counterpart_of(catalog: Catalog, symbol: str, device: Device) -> Counterpart | None:
    """The preferred counterpart on that device."""
    return choose(rule_of(catalog, symbol), target_of(catalog, symbol, device))


def key(catalog: Catalog, task: Task, device: Device, versions: dict[str, str]) -> str:
    """Of everything that the results of a task depend on."""
    counterparts = serving(rule_of(catalog, task.symbol), target_of(catalog, task.symbol, device))
    back = [catalog.rule(one.symbol) for one in counterparts]
    texts = [sample.text for sample in task.samples]
    total = hashlib.sha256(_programs())
    total.update(msgspec.msgpack.encode((rule_of(catalog, task.symbol), back, texts, sorted(versions.items()), device)))
    return total.hexdigest()[:32]


@cache
def _programs() -> bytes:
    """Of the runner and the converter themselves."""
    package = Path(catalog_package.__file__).parents[1]
    total = hashlib.sha256()
    for floor in ("syntax", "inference", "migrate", "verify"):
        for path in sorted((package / floor).glob("*.py")):
            total.update(path.read_bytes())
    return total.digest()
