"""The loaded catalog: questions about symbols, rules, states and evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path

import msgspec

from lsp_server.catalog import history, vocabulary
from lsp_server.catalog.model import (
    Counterpart,
    Definition,
    Device,
    Evidence,
    Framework,
    History,
    Rule,
    Signature,
    StateEntry,
    StateSpec,
    Symbol,
)

COMPILED = Path(__file__).with_name("catalog.msgpack")
_MADE = re.compile(r"([\w.]+)\(")
Reader = Callable[[Symbol], tuple[Signature, ...]]
"""How one calls a symbol in the user's environment; nothing if that cannot be told."""
OTHER: dict[Framework, Framework] = {"torch": "mindspore", "mindspore": "torch"}


class Compiled(msgspec.Struct, frozen=True):
    """The one file that is shipped. Entries stay undecoded until somebody asks for them: 13,000 symbols
    decode in tens of milliseconds, a session needs a few hundred."""

    digest: str
    """Of the sources under ``mappings/`` that it was made from."""
    versions: dict[str, str]
    symbols: dict[str, msgspec.Raw]
    histories: dict[str, msgspec.Raw]
    aliases: msgspec.Raw
    rules: dict[str, msgspec.Raw]
    states: dict[str, msgspec.Raw]
    evidence: msgspec.Raw
    definitions: msgspec.Raw
    vocabulary: msgspec.Raw


class CatalogMissing(Exception):
    """The compiled file is not there or cannot be read."""


class Member(msgspec.Struct, frozen=True):
    """An attribute of a framework class: a listed member, or a parameter or buffer of its state."""

    name: str
    symbol: Symbol | None = None
    state: StateEntry | None = None


class Catalog:
    """Everything that is known about both frameworks; knows no source code."""

    def __init__(
        self, compiled: Compiled, versions: dict[str, str] | None = None, readers: dict[str, Reader] | None = None
    ) -> None:
        """``versions`` are those that calls are written for; the ones of the inventories if not given. ``readers`` know
        the signatures of frameworks that are newer than the inventories."""
        self.digest = compiled.digest
        self.versions = versions or compiled.versions
        self._readers = readers or {}
        self._compiled = compiled
        self._names = list(compiled.symbols)
        self._symbols: dict[str, Symbol] = {}
        self._rules: dict[str, Rule] = {}
        self._states: dict[str, StateSpec] = {}
        self._members: dict[tuple[str, str], Member | None] = {}
        self._evidence: dict[str, tuple[Evidence, ...]] = {}
        self._others: dict[tuple[str, str, Reader | None], Catalog] = {}

    def at(self, framework: Framework, version: str, reader: Reader | None = None) -> Catalog:
        """The catalog with the signatures of another version of a framework, and with what only that version has.
        If it is newer than what we know, the ``reader`` tells its signatures."""
        if not version or version == self.versions.get(framework):
            return self
        key = (framework, version, reader)
        if key not in self._others:
            newer = history.version_key(version) > history.version_key(self._compiled.versions.get(framework, ""))
            readers = {one: known for one, known in self._readers.items() if one != framework}
            if reader is not None and newer:
                readers[framework] = reader
            self._others[key] = Catalog(self._compiled, {**self.versions, framework: version}, readers)
        return self._others[key]

    def canonical(self, dotted: str) -> str | None:
        """The canonical name of any public or defining name; None if it is no framework symbol."""
        if dotted in self._compiled.symbols or dotted in self._gone:
            return dotted
        place = self._aliases.get(dotted)
        return self._names[place] if place is not None else None

    @cached_property
    def _aliases(self) -> dict[str, int]:
        """17,000 names, of which most sessions need none or few: decoded when the first one is looked up. Each stands
        for one of the canonical names, by its place among them."""
        return msgspec.msgpack.decode(self._compiled.aliases, type=dict[str, int])

    @cached_property
    def vocabulary(self) -> vocabulary.Vocabulary:
        """The last parts of all names: what is read of a whole file is held against them first."""
        return vocabulary.opened(self._compiled.vocabulary)

    def symbol(self, name: str) -> Symbol | None:
        """The inventory's entry of a canonical name."""
        if name in self._symbols:
            return self._symbols[name]
        raw = self._compiled.symbols.get(name)
        symbol = _SYMBOL.decode(raw) if raw is not None else self._gone.get(name)
        if symbol is None:
            return None
        symbol = history.as_of(symbol, self._history(name), self._version(name))
        reader = self._readers.get(framework_of(name) or "")
        installed = reader(symbol) if reader is not None else ()
        if installed:
            symbol = msgspec.structs.replace(symbol, signatures=installed)
        self._symbols[name] = symbol
        return symbol

    def _history(self, name: str) -> History | None:
        raw = self._compiled.histories.get(name)
        return _HISTORY.decode(raw) if raw is not None else None

    def _version(self, name: str) -> str:
        framework = framework_of(name)
        return self.versions.get(framework, "") if framework is not None else ""

    @cached_property
    def _gone(self) -> dict[str, Symbol]:
        """Symbols that the inventories no longer have and the versions of this catalog do."""
        if self.versions == self._compiled.versions:
            return {}
        old = filter(None, (self._history(n) for n in self._compiled.histories if n not in self._compiled.symbols))
        return {
            one.name: one.symbol for one in old if one.symbol is not None and history.has(one, self._version(one.name))
        }

    def rule(self, name: str) -> Rule | None:
        if name in self._rules:
            return self._rules[name]
        raw = self._compiled.rules.get(name)
        rule = _RULE.decode(raw) if raw is not None else self._overridden_rule(name)
        if rule is not None:
            self._rules[name] = rule
        return rule

    def _overridden_rule(self, name: str) -> Rule | None:
        """``Normal.log_prob`` is another symbol than ``Distribution.log_prob``, but means what its base promises."""
        owner, _, last = name.rpartition(".")
        symbol = self.symbol(name)
        if symbol is None or symbol.kind not in _MEMBERS:
            return None
        for base in self.lineage(owner)[1:]:
            there, raw = self.symbol(f"{base}.{last}"), self._compiled.rules.get(f"{base}.{last}")
            if there is not None and raw is not None and _MEMBERS.get(there.kind) == _MEMBERS[symbol.kind]:
                return msgspec.structs.replace(_RULE.decode(raw), derived=there.name)
        return None

    def defined(self, counterpart: Counterpart) -> dict[str, Definition]:
        """All that a counterpart defines, in the order in which it is written."""
        known = self.definitions(framework_of(counterpart.symbol) or "") if counterpart.define else {}
        return {one: known[one] for name in counterpart.define for one in (*known[name].needs, name)}

    def definitions(self, framework: str) -> dict[str, Definition]:
        """All that conversions to a framework may write into files, by name."""
        return self._definitions.get(framework, {})

    @cached_property
    def _definitions(self) -> dict[str, dict[str, Definition]]:
        """By framework and name: only few conversions write any."""
        return msgspec.msgpack.decode(self._compiled.definitions, type=dict[str, dict[str, Definition]])

    def state(self, name: str) -> StateSpec | None:
        """The state specification of a library layer."""
        if name in self._states:
            return self._states[name]
        raw = self._compiled.states.get(name)
        if raw is None:
            return None
        spec = _STATE.decode(raw)
        self._states[name] = spec
        return spec

    def evidence(self, name: str) -> tuple[Evidence, ...]:
        """What was run for a rule, one record per version and device of the counterpart."""
        if name not in self._evidence:
            raw = self._records.get(name)
            self._evidence[name] = _EVIDENCE.decode(raw) if raw is not None else ()
        return self._evidence[name]

    @cached_property
    def _records(self) -> dict[str, msgspec.Raw]:
        """By rule: looked into only when something is explained or converted."""
        return msgspec.msgpack.decode(self._compiled.evidence, type=dict[str, msgspec.Raw])

    def member(self, owner: str, name: str) -> Member | None:
        """An attribute of a class, looked up along its bases; state last, so that a method wins."""
        key = (owner, name)
        if key not in self._members:
            self._members[key] = self._find_member(owner, name)
        return self._members[key]

    def _find_member(self, owner: str, name: str) -> Member | None:
        for cls in self.lineage(owner):
            full = f"{cls}.{name}"
            symbol = self.symbol(self.canonical(full) or "")
            if symbol is not None:
                return Member(symbol.name, symbol=symbol)
            spec = self.state(cls)
            entry = _entry(spec, name) if spec is not None else None
            if entry is not None:
                return Member(full, state=entry)
        return None

    def part(self, owner: str, name: str) -> str:
        """The class of a layer that a layer makes under that name (``bn2d`` of MindSpore's BatchNorm3d); or empty."""
        for cls in self.lineage(owner):
            spec = self.state(cls)
            made = _MADE.match(spec.children.get(name, "")) if spec is not None else None
            if made is not None and self.symbol(made[1]) is not None:
                return made[1]
        return ""

    def lineage(self, owner: str) -> tuple[str, ...]:
        """A class and its public bases, in method resolution order."""
        symbol = self.symbol(owner)
        return (owner, *symbol.bases) if symbol is not None else (owner,)

    def is_subclass(self, name: str, base: str) -> bool:
        return base in self.lineage(name)

    def names(self, framework: Framework) -> Iterator[str]:
        start = framework + "."
        return (name for name in self._names if name == framework or name.startswith(start))

    def core_names(self, framework: Framework) -> list[str]:
        """The documented names of a framework that models are written with."""
        return [name for name in self.names(framework) if (symbol := self.symbol(name)) is not None and symbol.core]

    def rules(self) -> Iterator[str]:
        return iter(self._compiled.rules)

    def states(self) -> Iterator[str]:
        return iter(self._compiled.states)

    def nearest(self, name: str, count: int = 5) -> list[str]:
        """Names that look like an unknown one, the likeliest first, for a helpful refusal."""
        from lsp_server.catalog.likeness import nearest

        return nearest(name, self._names, count)


_MEMBERS = {"method": "called", "property": "read", "attribute": "read"}
_VARIABLE = re.compile(r"(\{\w+\})")
_SYMBOL = msgspec.msgpack.Decoder(Symbol)
_HISTORY = msgspec.msgpack.Decoder(History)
_RULE = msgspec.msgpack.Decoder(Rule)
_STATE = msgspec.msgpack.Decoder(StateSpec)
_EVIDENCE = msgspec.msgpack.Decoder(tuple[Evidence, ...])


def _entry(spec: StateSpec, name: str) -> StateEntry | None:
    """The entry of that name; those that are repeated (``weight_ih_l{layer}``) stand for many."""
    if name in spec.entries or not spec.repeat:
        return spec.entries.get(name)
    for written, entry in spec.entries.items():
        pattern = "".join(r"\w*" if part[:1] == "{" else re.escape(part) for part in _VARIABLE.split(written))
        if re.fullmatch(pattern, name):
            return entry
    return None


COMPANIONS = ("torchvision.transforms", "torchvision.datasets")
"""Modules of another package that count as torch's: MindSpore has what they hold in namespaces of its own. The rest of
that package is models, which are read as source."""


def root_of(name: str) -> str:
    """The package of a dotted name."""
    return name.partition(".")[0]


def framework_of(name: str) -> Framework | None:
    root = root_of(name)
    if root == "torch" or root == "mindspore":
        return root
    return "torch" if root == "torchvision" and name.startswith(COMPANIONS) else None


def runs_on(devices: tuple[Device, ...], device: str) -> bool:
    """Whether something for these devices serves a target device; ``any`` asks for CPU and Ascend both."""
    if device == "any":
        return "CPU" in devices and "Ascend" in devices
    return device in devices


def load(path: Path = COMPILED) -> Catalog:
    """Read a compiled file. Raises `CatalogMissing` with a message that says what to do."""
    try:
        return Catalog(msgspec.msgpack.decode(path.read_bytes(), type=Compiled))
    except FileNotFoundError as error:
        raise CatalogMissing(
            f"{path} is missing: reinstall torchspore, or run 'python -m lsp_server.catalog.compiler' in a checkout"
        ) from error
    except msgspec.MsgspecError as error:
        raise CatalogMissing(f"{path} cannot be read ({error}): reinstall torchspore") from error


@cache
def shipped() -> Catalog:
    """The catalog of this installation, loaded once."""
    return load()
