"""What of a file is still to be moved to the other framework: each use, with what a conversion of it would be.

Worked out unit by unit and kept from version to version, so that an edit costs what it changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Literal, cast

import msgspec

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.model import Text, Verdict
from lsp_server.inference.analysis import Analysis
from lsp_server.inference.reuse import kept_by_unit
from lsp_server.inference.uses import KeptUse, Use, uses
from lsp_server.messages import findings_migration as messages
from lsp_server.migrate.files import takes, training_of
from lsp_server.migrate.plan import Plan, Reason
from lsp_server.migrate.planner import plan_use
from lsp_server.migrate.target import Target

Way = Literal["safe", "check", "hand", "none"]
"""Converted as it is; converted, and its result to be checked; nothing converts it; there is no counterpart."""
NO_COUNTERPART = ("TS302", "TS308")
"""The reasons that say so."""
UNCERTAIN = "TS309"
STEP = "TS205"
"""Of what only the conversion of a whole training step takes."""


class Remaining(msgspec.Struct, frozen=True):
    """A use that still belongs to the source framework. ``start:end`` is the use, ``mark`` where its name begins.

    ``counterpart``, ``verdict`` and ``note`` are those of the conversion; ``reason`` is why there is none.
    """

    start: int
    end: int
    mark: int
    symbol: str
    way: Way
    counterpart: str = ""
    verdict: Verdict | None = None
    note: Text | None = None
    reason: Reason | None = None
    changes: bool = True
    """Whether a conversion writes anything here: a method of the same name stays as it is."""
    by_name: bool = False
    """Whether it depends on which names the rest of the file has."""


class Progress(msgspec.Struct, frozen=True):
    """How far a file, or several, are. ``done`` are uses of the target framework, the rest those of the source."""

    done: int = 0
    safe: int = 0
    check: int = 0
    hand: int = 0
    none: int = 0

    @property
    def left(self) -> int:
        return self.safe + self.check + self.hand + self.none

    @property
    def total(self) -> int:
        return self.done + self.left

    @property
    def percent(self) -> int:
        """100 only if nothing is left; also of what never had anything to do."""
        return 100 * self.done // self.total if self.total else 100

    def plus(self, other: Progress) -> Progress:
        return Progress(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


def astuple(progress: Progress) -> tuple[int, ...]:
    return cast("tuple[int, ...]", msgspec.structs.astuple(progress))


def remaining(analysis: Analysis, target: Target) -> list[Remaining]:
    """The uses that are left, in their order."""
    return _known(analysis, target)[0]


def progress(analysis: Analysis, target: Target) -> Progress:
    left, done = _known(analysis, target)
    ways = Counter(one.way for one in left)
    return Progress(done, ways["safe"], ways["check"], ways["hand"], ways["none"])


def _known(analysis: Analysis, target: Target) -> tuple[list[Remaining], int]:
    cache = analysis.caches.setdefault("migrate.remaining", {})
    if target not in cache:
        cache[target] = _worked_out(analysis, target)
    return cast("tuple[list[Remaining], int]", cache[target])


def _worked_out(analysis: Analysis, target: Target) -> tuple[list[Remaining], int]:
    source = OTHER[target.framework]
    for _ in uses(analysis):
        break  # all of them are known now
    at_target = analysis.catalog.at(target.framework, target.version)

    def work(index: int, kept: tuple[KeptUse, ...]) -> tuple[tuple[Remaining, ...], int]:
        origin = analysis.outline.units[index].start
        done = sum(framework_of(one.symbol) == target.framework and one.kind != "module" for one in kept)
        mine = [one for one in kept if one.kind != "module" and framework_of(one.symbol) == source]
        return tuple(_looked_at(analysis, one, origin, target, at_target) for one in mine), done

    found: list[Remaining] = []
    total = 0
    for index, (unit, (left, done)) in enumerate(kept_by_unit(analysis, f"remaining {target}", work)):
        if any(one.by_name for one in left):
            memory = analysis.memory
            left = work(index, memory.uses[unit.serial])[0] if memory is not None else left
        found += _moved(left, unit.start)
        total += done
    return _with_steps(analysis, target, found), total


def _with_steps(analysis: Analysis, target: Target, found: list[Remaining]) -> list[Remaining]:
    """What nothing converts by itself, but the conversion of its training step does; or why the step stays."""
    if not any(one.reason is not None for one in found):
        return found
    steps = training_of(analysis, target)
    refused = {one.start: one.reason for one in steps.refused}

    def seen(one: Remaining) -> Remaining:
        if one.reason is None:
            return one
        if one.start in refused:
            return msgspec.structs.replace(one, way="hand", reason=refused[one.start])
        if takes(steps, one.start, one.symbol):
            reason = Reason(STEP, messages.TS205_MESSAGE, (("symbol", one.symbol),))
            return msgspec.structs.replace(one, way="check", reason=reason)
        return one

    return [seen(one) for one in found]


def _moved(left: tuple[Remaining, ...], origin: int) -> Iterator[Remaining]:
    for one in left:
        yield msgspec.structs.replace(one, start=one.start + origin, end=one.end + origin, mark=one.mark + origin)


def _looked_at(analysis: Analysis, kept: KeptUse, origin: int, target: Target, catalog: Catalog) -> Remaining:
    """Offsets count from ``origin``."""
    use = Use(analysis, kept.start + origin, kept.end + origin, kept.symbol, kept.kind, kept.certainty)
    planned = plan_use(use, target, analysis.catalog)
    mark = kept.start if kept.kind in ("class", "function", "constant", "exception") else use.name_start - origin
    place = (kept.start, kept.end, mark, kept.symbol)
    if not isinstance(planned, Plan):
        code = planned.reason.code
        way: Way = "none" if code in NO_COUNTERPART else "hand"
        if code == UNCERTAIN:
            likely = plan_use(use, target, analysis.catalog, uncertain=True)
            if isinstance(likely, Plan):
                way = "check" if likely.changes else "safe"
        return Remaining(*place, way=way, reason=planned.reason, by_name=code == "TS313")
    rule = catalog.rule(kept.symbol) or catalog.rule(kept.symbol.rpartition(".")[0])
    counterpart = planned.counterpart
    return Remaining(
        *place,
        way="safe" if planned.safety == "safe" else "check",
        counterpart=counterpart.symbol,
        verdict=rule.verdict if rule is not None else None,
        note=counterpart.note or (rule.note if rule is not None else None),
        changes=bool(planned.changes),
        by_name=bool(counterpart.define),
    )
