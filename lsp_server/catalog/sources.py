"""Reads and validates ``mappings/``, the source that people edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lsp_server.catalog import definitions, history
from lsp_server.catalog.checks import Sources, check_definitions, check_rule
from lsp_server.catalog.derivation import derive
from lsp_server.catalog.derivation.claims import not_claiming_more
from lsp_server.catalog.model import (
    Counterpart,
    Evidence,
    EvidenceLine,
    History,
    Parameter,
    Rule,
    Signature,
    StateSpec,
    Symbol,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")


class MappingError(Exception):
    """Everything that is wrong with the mappings, one line each: file, key, reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(root: Path, judged: bool = True) -> Sources:
    """Read everything below ``mappings/``. Raises `MappingError` with all problems, not only the first.

    ``judged`` lets evidence say of derived rules that they differ. Whoever makes new evidence must not be told.
    """
    problems: list[str] = []
    versions, symbols = _inventories(root / "inventory", problems)
    histories = history.read(root / "history", problems)
    symbols = {name: _since(symbol, histories.get(name)) for name, symbol in symbols.items()}
    aliases = _aliases(symbols)
    origins: dict[str, str] = {}
    written = _tables(root / "rules", Rule, problems, origins)
    states = _tables(root / "states", StateSpec, problems, origins)
    symbols = {name: _signed(symbol, states.get(name)) for name, symbol in symbols.items()}
    evidence = _evidence(root / "evidence", problems)
    defined = definitions.read(root / "definitions", problems)
    sources = Sources(versions, symbols, aliases, written, states, evidence, origins, histories, defined)
    for name, rule in written.items():
        problems += [f"{origins[name]}: [{name}] {reason}" for reason in check_rule(name, rule, sources)]
    problems += check_definitions(sources)
    for name in states:
        if name not in symbols:
            problems.append(f"{origins[name]}: [{name}] is not in the inventory")
    if problems:
        raise MappingError(problems)
    return _with_derived(sources, judged)


def _with_derived(sources: Sources, judged: bool) -> Sources:
    """With the rules that follow; one that could not have been written so does not follow."""
    rules = _with_inverted_states(derive(sources.symbols, sources.rules))
    rules = {name: rule for name, rule in rules.items() if not rule.derived or not any(check_rule(name, rule, sources))}
    evidence = {name: records for name, records in sources.evidence.items() if name in rules}
    if judged:
        rules = {name: not_claiming_more(name, rule, evidence.get(name, ())) for name, rule in rules.items()}
    return msgspec.structs.replace(sources, rules=rules, evidence=evidence)


def _inventories(folder: Path, problems: list[str]) -> tuple[dict[str, str], dict[str, Symbol]]:
    versions: dict[str, str] = {}
    symbols: dict[str, Symbol] = {}
    decoder = msgspec.json.Decoder(Symbol)
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_bytes().splitlines()
        try:
            header = msgspec.json.decode(lines[0], type=dict[str, str])
            versions[header["framework"]] = header["version"]
            for number, line in enumerate(lines[1:], 2):
                symbol = decoder.decode(line)
                if symbol.name in symbols:
                    problems.append(f"{path}:{number}: {symbol.name} is listed twice")
                symbols[symbol.name] = symbol
        except (msgspec.MsgspecError, IndexError, KeyError) as error:
            problems.append(f"{path}: not an inventory ({error}): generate it again")
    return versions, symbols


def _since(symbol: Symbol, known: History | None) -> Symbol:
    """What a package shows goes before what a docstring says."""
    return msgspec.structs.replace(symbol, since=known.since) if known is not None and known.since else symbol


def _signed(symbol: Symbol, spec: StateSpec | None) -> Symbol:
    """A layer whose own signature says ``*args, **kwargs`` is called as its state specification says."""
    if spec is None or not spec.signature or not all(map(_hides_everything, symbol.signatures)):
        return symbol
    parameters = tuple(Parameter(name, "standard", default or None) for name, default in spec.signature.items())
    return msgspec.structs.replace(symbol, signatures=(Signature(parameters),))


def _hides_everything(signature: Signature) -> bool:
    return all(parameter.kind.startswith("var-") for parameter in signature.parameters)


def _aliases(symbols: dict[str, Symbol]) -> dict[str, str]:
    """Alias to canonical name. Where two symbols claim an alias, the public name with fewer parts has it."""
    aliases: dict[str, str] = {}
    for symbol in symbols.values():
        for alias in symbol.aliases:
            holder = aliases.get(alias)
            if alias not in symbols and (holder is None or symbol.name.count(".") < holder.count(".")):
                aliases[alias] = symbol.name
    return aliases


def _tables(folder: Path, kind: type[T], problems: list[str], origins: dict[str, str]) -> dict[str, T]:
    entries: dict[str, T] = {}
    for path in sorted(folder.rglob("*.toml")):
        label = path.relative_to(folder.parent).as_posix()
        # a namespace with many symbols is a folder, with one file for each topic
        namespace = path.stem if path.parent == folder else path.parent.name
        try:
            tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            problems.append(f"{label}: not valid TOML: {error}")
            continue
        for name, table in tables.items():
            if name in entries:
                problems.append(f"{label}: [{name}] stands in {origins[name]} already")
            if name != namespace and not name.startswith(namespace + "."):
                problems.append(f"{label}: [{name}] belongs into another file: this one is for {namespace}")
            origins[name] = label
            try:
                entries[name] = msgspec.convert(table, kind)
            except msgspec.ValidationError as error:
                problems.append(f"{label}: [{name}] {error}")
    return entries


def _with_inverted_states(rules: dict[str, Rule]) -> dict[str, Rule]:
    """The names of parameters and buffers are written once, with the layer of one framework; the way back follows."""

    def inverted(name: str, counterpart: Counterpart) -> Counterpart:
        there = rules.get(counterpart.symbol)
        if counterpart.state or there is None:
            return counterpart
        back = [one.state for one in there.counterparts if one.symbol == name][:1]
        state = {new: old for names in back for old, new in names.items() if new}
        return msgspec.structs.replace(counterpart, state=state)

    return {
        name: msgspec.structs.replace(rule, counterparts=tuple(inverted(name, one) for one in rule.counterparts))
        for name, rule in rules.items()
    }


def _evidence(folder: Path, problems: list[str]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    decoder = msgspec.json.Decoder(EvidenceLine)
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                record = decoder.decode(line)
            except msgspec.MsgspecError as error:
                problems.append(f"{path.name}:{number}: not a record of evidence: {error}")
                continue
            fields = {name: getattr(record, name) for name in Evidence.__struct_fields__}
            found.setdefault(record.symbol, []).append(Evidence(**fields))
    return found
