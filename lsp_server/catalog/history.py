"""Which versions of a framework have a symbol, and how one calls it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from lsp_server.catalog.model import Counterpart, History, Rule, Symbol

FULL_NAME = re.compile(r"\b(?:torch|mindspore)(?:\.\w+)+")


@lru_cache(maxsize=256)
def version_key(version: str) -> tuple[int, ...]:
    """``2.10`` as the numbers of 2.10.0; an unknown version is newer than all."""
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])[:3]]
    return (*numbers, *(0,) * (3 - len(numbers))) if numbers else (9999,)


def read(folder: Path, problems: list[str]) -> dict[str, History]:
    """Every ``<framework>.jsonl`` of a folder, by symbol."""
    found: dict[str, History] = {}
    decoder = msgspec.json.Decoder(History)
    for path in sorted(folder.glob("*.jsonl")):
        try:
            found |= {one.name: one for one in map(decoder.decode, path.read_bytes().splitlines()[1:])}
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: not a history ({error}): generate it again")
    return found


def as_of(symbol: Symbol, history: History | None, version: str) -> Symbol:
    """The symbol with the parameters that it has in a version."""
    if history is None:
        return symbol
    key = version_key(version)
    for earlier in history.earlier:
        if key < version_key(earlier.until):
            return msgspec.structs.replace(symbol, signatures=earlier.signatures)
    return symbol


def has(one: History | Counterpart, version: str) -> bool:
    """Whether a version of the framework has a symbol, or what a counterpart needs."""
    key = version_key(version)
    return since_key(one.since) <= key and (not one.until or key < version_key(one.until))


def since_key(since: str) -> tuple[int, ...]:
    """For the order of first versions: one that is not known was there before all others."""
    return version_key(since) if since else ()


def dated(rule: Rule, histories: Mapping[str, History]) -> Rule:
    """The rule with every counterpart limited to the versions that have all of its names.

    What a rule says itself holds where it is narrower: a later version may be the first in which the symbol works.
    Where it is wider, the packages know better.
    """
    if not any(name in histories for one in rule.counterparts for name in _names(one)):
        return rule

    def limited(one: Counterpart) -> Counterpart:
        known = [histories[name] for name in _names(one) if name in histories]
        since = max((one.since, *(history.since for history in known)), key=since_key)
        until = min((one.until, *(history.until for history in known)), key=lambda v: version_key(v or "unknown"))
        return msgspec.structs.replace(one, since=since, until=until)

    return msgspec.structs.replace(rule, counterparts=tuple(map(limited, rule.counterparts)))


def _names(counterpart: Counterpart) -> Iterable[str]:
    return (counterpart.symbol, *FULL_NAME.findall(counterpart.template))
