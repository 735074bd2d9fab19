"""What is wrong with a rule, whatever its evidence: names and arguments that do not exist, and what says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.history import FULL_NAME
from lsp_server.catalog.mapping import RESERVED, placeholders
from lsp_server.catalog.model import (
    Argument,
    Counterpart,
    Definition,
    Evidence,
    Framework,
    History,
    Rule,
    StateSpec,
    Symbol,
)


class Sources(msgspec.Struct):
    """What ``mappings/`` says, decoded, and the rules that follow from it."""

    versions: dict[str, str]
    symbols: dict[str, Symbol]
    aliases: dict[str, str]
    rules: dict[str, Rule]
    states: dict[str, StateSpec]
    evidence: dict[str, list[Evidence]]
    origins: dict[str, str]
    """By name of what is written: the file, below ``mappings/``."""
    histories: dict[str, History] = {}
    definitions: dict[Framework, dict[str, Definition]] = {}


def check_rule(name: str, rule: Rule, sources: Sources) -> Iterator[str]:
    """What is wrong with one rule, as reasons."""
    symbol = sources.symbols.get(name)
    framework = framework_of(name)
    if symbol is None or framework is None:
        yield from _unknown(name, sources)
        return
    if rule.verdict == "none" and rule.advice is None:
        yield "has the verdict 'none' but no advice: say why, and what people do instead"
    if rule.verdict != "none" and not rule.counterparts:
        yield f"has the verdict '{rule.verdict}' but no counterpart"
    for counterpart in rule.counterparts:
        yield from _check_counterpart(symbol, framework, rule, counterpart, sources)
    proven = any(record.clean for record in sources.evidence.get(name, []))
    if any(counterpart.safety == "safe" for counterpart in rule.counterparts) and not proven:
        yield "calls itself safe without evidence: leave 'safety' out, or run 'torchspore verify'"


def _check_counterpart(
    symbol: Symbol, framework: Framework, rule: Rule, counterpart: Counterpart, sources: Sources
) -> Iterator[str]:
    target = sources.symbols.get(counterpart.symbol)
    if target is None:
        yield from _unknown(counterpart.symbol, sources)
        return
    if framework_of(counterpart.symbol) == framework:
        yield f"counterpart {counterpart.symbol} is of the same framework"
    if bool(counterpart.template) != (rule.verdict == "compose") and rule.verdict not in ("differs", "adapt"):
        yield "a template belongs to the verdicts 'compose', 'adapt' and 'differs'"
    parameters = parameter_names(symbol)
    for argument, mapped in counterpart.args.items():
        if parameters and argument not in parameters:
            yield f"args.{argument}: {symbol.name} has no such parameter (it has {', '.join(sorted(parameters))})"
        to = mapped if isinstance(mapped, str) else mapped.to
        if isinstance(mapped, Argument) and not _says_something(mapped, counterpart):
            yield f"args.{argument}: says nothing (give 'to', 'only' or 'ignore')"
        if isinstance(mapped, Argument) and mapped.value and "{args}" in counterpart.template:
            yield f"args.{argument}: {{args}} passes it on as it stands, without its new value: name the arguments"
        if not counterpart.template:
            yield from _check_target_parameter(f"args.{argument}", to, target)
    for argument in counterpart.extra:
        yield from _check_target_parameter(f"extra.{argument}", argument, target)
    for placeholder in sorted(placeholders(counterpart.template) - RESERVED):
        if parameters and placeholder not in parameters:
            yield f"template: {{{placeholder}}} is no parameter of {symbol.name}"
    for full in FULL_NAME.findall(counterpart.template):
        if not _is_known(full, sources):
            yield f"template: {full} is not in the inventory"
    known = _definitions_for(counterpart, sources)
    for name in counterpart.define:
        if name not in known:
            yield f"define: {name!r} stands in no file of definitions for {framework_of(counterpart.symbol)}"
        elif not re.search(rf"\b{name}\b", counterpart.template):
            yield f"define: the template does not use {name} (what a definition needs need not be listed)"


def check_definitions(sources: Sources) -> Iterator[str]:
    """What is wrong with definitions as parts of the catalog: file, name, reason."""
    used = {
        (framework_of(counterpart.symbol), one)
        for rule in sources.rules.values()
        for counterpart in rule.counterparts
        for name in counterpart.define
        if (known := _definitions_for(counterpart, sources).get(name)) is not None
        for one in (name, *known.needs)
    }
    for framework, found in sources.definitions.items():
        for name, definition in found.items():
            where = f"{definition.file}: [{name}]"
            if (framework, name) not in used:
                yield f"{where} is used by no rule"
            for full in FULL_NAME.findall(definition.source):
                if framework_of(full) != framework:
                    yield f"{where} {full} is not of {framework}"
                elif not _is_known(full, sources):
                    yield f"{where} {full} is not in the inventory"


def _definitions_for(counterpart: Counterpart, sources: Sources) -> dict[str, Definition]:
    framework = framework_of(counterpart.symbol)
    return sources.definitions.get(framework, {}) if framework is not None else {}


def _check_target_parameter(where: str, name: str, target: Symbol) -> Iterator[str]:
    parameters = parameter_names(target)
    if name and parameters and name not in parameters and not _takes_any(target):
        yield f"{where}: {target.name} has no parameter {name!r} (it has {', '.join(sorted(parameters))})"


def _is_known(full: str, sources: Sources) -> bool:
    """A full name, or a member of one (``mindspore.float32.itemsize`` is nothing we list)."""
    return full in sources.symbols or full in sources.aliases


def _unknown(name: str, sources: Sources) -> Iterator[str]:
    canonical = sources.aliases.get(name)
    hint = f": write {canonical}" if canonical else ": check the spelling"
    yield f"{name} is not in the inventory{hint}"


def parameter_names(symbol: Symbol) -> set[str]:
    """Names over all overloads."""
    return {parameter.name for signature in symbol.signatures for parameter in signature.parameters}


def _takes_any(symbol: Symbol) -> bool:
    return any(parameter.kind == "var-keyword" for signature in symbol.signatures for parameter in signature.parameters)


def _says_something(mapped: Argument, counterpart: Counterpart) -> bool:
    """A limit on the values alone leaves open what becomes of the argument, unless a template says that."""
    limited = bool(counterpart.template and (mapped.kinds or mapped.never))
    return bool(mapped.to or mapped.only or mapped.ignore or mapped.value) or limited
