"""What one version of a file takes over from the last: what was worked out of the units of which nothing has changed.

What is worked out of a unit (its uses, findings about its class) follows from its text and from the answers that it
was given (`Reads`). After an edit, the questions that changed units may answer otherwise are asked again; only who was
given another answer is looked at anew, and only when somebody wants to know it (`renew` looks at nothing, `looked` at
all). An answer that stays what it was (a function that is edited still gives a tensor) ends the search there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsp_server.inference.carried import Carried
from lsp_server.inference.carriers import carriers, pieces_of
from lsp_server.inference.digests import digest
from lsp_server.inference.questions import Key
from lsp_server.inference.units import Unit
from lsp_server.inference.versions import Memory, clock

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.uses import KeptUse

    Look = Callable[[Analysis, int], tuple[KeptUse, ...]]

T = TypeVar("T")
_MOST_REACHED = 2_000


class Renewal:
    """Finds which units must be looked at again."""

    def __init__(self, analysis: Analysis, memory: Memory) -> None:
        self.analysis = analysis
        self.memory = memory
        self.asked: dict[Key, Any] = {}
        self.pending: list[Unit] = []
        self.stale: set[int] = set()
        self.settled: set[int] = set()
        """Units that were stale in this version: whatever is asked in them now, nobody knew before."""

    @property
    def index(self) -> dict[int, int]:
        return self.analysis.outline.index

    def run(self) -> None:
        """Make the memory that of this version."""
        memory, outline = self.memory, self.analysis.outline
        newest = memory.newest
        if newest is not None:
            memory.take(newest)
        gone: list[Unit] = []
        fresh: Sequence[Unit] = ()
        if newest is None:
            fresh = outline.units
        elif newest is not self.analysis:
            memory.take_answers(newest)
            first, last = outline.kept
            before = newest.outline.units
            fresh = outline.units[first : len(outline.units) - last]
            between = {unit.serial for unit in fresh}
            gone = [unit for unit in before[first : len(before) - last] if unit.serial not in between]
            fresh = [unit for unit in fresh if unit.serial not in memory.since]
        memory.add(fresh)
        self.stale.update(unit.serial for unit in fresh)
        self.pending += [*gone, *fresh] if memory.names else []
        changed = self._in_other_files()
        barred = self._reached(changed) if memory.answers else None
        if barred is not None:
            self.analysis.carried = Carried(self.analysis, memory, barred)
        for key in changed:
            self._ask_again(key)
        self._settle()
        for unit in gone:
            memory.leave(unit.serial)
        for key in self.asked:
            memory.answers.pop(key, None)

    def absorb(self) -> None:
        """Take what was asked of this version since the last time, and what follows from it."""
        self._find_otherwise_answered()
        self._settle()

    def _settle(self) -> None:
        """Follow what is answered otherwise until nothing more is."""
        while self.pending:
            while self.pending:
                for key in self._touched(self.pending.pop()):
                    self._ask_again(key)
            self._find_otherwise_answered()
        self._take_reads()

    def carried_otherwise(self) -> None:
        """Units in which other names than before can be symbols are looked at again."""
        memory, now = self.memory, carriers(self.analysis)
        memory.pieces.update(pieces_of(self.analysis))
        before, memory.carriers = memory.carriers, now
        if before is None or before is now or before == now:
            return
        words = (before.names ^ now.names) | (before.imported ^ now.imported) | (before.members ^ now.members)
        for unit in self.analysis.outline.units:
            is_other = before.own.get(unit.serial) != now.own.get(unit.serial)
            if is_other or before.is_open != now.is_open or not words.isdisjoint(memory.pieces[unit.serial].words):
                memory.uses.pop(unit.serial, None)
                memory.unlooked.add(unit.serial)

    def _touched(self, unit: Unit) -> Iterable[Key]:
        """The questions that a unit may answer otherwise than before."""
        names = self.memory.names
        touching = self.memory.handles(unit)
        if touching is None:
            return [key for (touch, _), keys in names.items() if touch == "bound" for key in keys]
        found = {key for handle in touching for key in names.get(handle, ())}
        for touch, name in touching:
            if touch == "own":
                found.update(key for key in names.get(("member", name), ()) if key.owner == unit.owner)
        if unit.is_head:
            found |= {key for keys in names.values() for key in keys if key.owner == unit.path}
        return found

    def _reached(self, changed: Iterable[Key]) -> set[Key] | None:
        """All questions that what has changed may answer otherwise, directly or through others; None if they are so
        many that it is not worth while to keep the rest."""
        found: set[Key] = set()
        units = [*self.pending]
        seen = {unit.serial for unit in units}
        keys = [*changed]
        while units or keys:
            if not keys:
                keys += self._touched(units.pop())
                continue
            key = keys.pop()
            if key in found:
                continue
            found.add(key)
            if len(found) > _MOST_REACHED:
                return None
            for reader in self.memory.readers.get(key, ()):
                if not isinstance(reader, int):
                    keys.append(reader)
                elif reader not in seen and reader in self.index:
                    seen.add(reader)
                    units.append(self.analysis.outline.units[self.index[reader]])
        return found

    def _in_other_files(self) -> list[Key]:
        """What was asked of files that have changed since."""
        project, others = self.analysis.project, self.memory.others
        now = {path: project.file(Path(path)) for path in others}
        changed = {path for path, other in now.items() if other is not others[path]}
        if not changed:
            return []
        self.memory.others = {path: other for path, other in now.items() if other is not None}
        return [key for key in self.memory.readers if key.path in changed]

    def _ask_again(self, key: Key) -> None:
        """Ask, and so on with the questions and units that were answered otherwise before."""
        pending = [key]
        while pending:
            key = pending.pop()
            if key in self.asked:
                continue
            found = self.asked[key] = self._answer(key)
            for reader in self.memory.readers.get(key, ()):
                if self.memory.reads[reader][key] != found:
                    if isinstance(reader, int):
                        self._is_stale(reader)
                    else:
                        pending.append(reader)

    def _is_stale(self, serial: int) -> None:
        if serial not in self.stale and serial not in self.settled and serial in self.index:
            self.stale.add(serial)
            self.pending.append(self.analysis.outline.units[self.index[serial]])

    def _answer(self, key: Key) -> Any:
        """What a question is answered now; something that equals nothing if its owner cannot be found."""
        home = self.analysis.project.file(Path(key.path)) if key.path else self.analysis
        if home is None:
            return object()
        if key.serial >= 0:
            index = self.index.get(key.serial)
            node = self.analysis.outline.nodes[index] if index is not None else None
        else:
            node = home.outline.definition(key.owner) if key.owner else home.document.root
        return digest(home.ask(key.question, node, key.name, key.serial)) if node is not None else object()

    def _find_otherwise_answered(self) -> None:
        """Units that were only looked into on the way, and were given another answer than before."""
        carried = self.analysis.carried
        for reader, reads in self.analysis.reads.by_reader.items():
            if isinstance(reader, int) and reader not in self.stale and reader not in self.settled:
                old = self.memory.reads.get(reader, {})
                otherwise = [key for key, found in reads.items() if key in old and old[key] != found]
                if otherwise and carried is not None and not carried.barred.issuperset(otherwise):
                    raise _Doubtful
                if otherwise:
                    self._is_stale(reader)

    def _take_reads(self) -> None:
        """Write down who asked what, and that nothing is known any more of the units that are stale."""
        memory = self.memory
        if self.stale:
            now = clock()
            for serial in self.stale:
                memory.renewed(serial, now)
                memory.drop(serial)
        memory.take(self.analysis)
        self.settled |= self.stale
        self.stale = set()


class _Doubtful(Exception):
    """Something was answered otherwise although nothing that changed should reach it."""


def renew(analysis: Analysis) -> Memory:
    """The memory of a version, from that of the last one. Nothing is looked at for it: what is worked out of a unit and
    does not hold any more is only forgotten."""
    memory = analysis.memory
    if memory is not None and memory.newest is analysis:
        if all(analysis.project.file(Path(path)) is other for path, other in memory.others.items()):
            return memory
    elif memory is None or memory.stamp != analysis.outline.stamp or memory.is_worn(analysis.outline):
        memory = _anew(analysis)
    try:
        _renewed(analysis, memory)
    except _Doubtful:
        memory = _in_doubt(analysis)
    return memory


def _anew(analysis: Analysis) -> Memory:
    """A memory that knows nothing. Who asked what in a version is written down in one memory only."""
    if analysis.reads.is_taken:
        analysis.forget()
    analysis.memory = Memory()
    return analysis.memory


def _in_doubt(analysis: Analysis) -> Memory:
    analysis.forget()
    memory = _anew(analysis)
    _renewed(analysis, memory)
    return memory


def _renewed(analysis: Analysis, memory: Memory) -> None:
    renewal = Renewal(analysis, memory)
    renewal.run()
    memory.next_serial = analysis.outline.next_serial
    memory.stamp = clock()
    memory.newest, memory.renewal = analysis, renewal
    if analysis.carried is not None:
        analysis.carried.stamp = memory.stamp


def looked(analysis: Analysis, look: Look) -> Memory:
    """The memory of a version with the uses of all of its units."""
    memory = renew(analysis)
    try:
        _look_at_all(analysis, memory, look)
    except _Doubtful:
        memory = _in_doubt(analysis)
        _look_at_all(analysis, memory, look)
    return memory


def settle(analysis: Analysis) -> bool:
    """Take what was asked of the newest version. Whether nothing that was kept turned out to be answered otherwise: if
    it did, what was worked out of it is to be worked out again."""
    memory = analysis.memory
    if memory is None or memory.newest is not analysis or memory.renewal is None:
        return True
    before = len(memory.renewal.settled)
    try:
        memory.renewal.absorb()
    except _Doubtful:
        _in_doubt(analysis)
        return False
    return len(memory.renewal.settled) == before


def _look_at_all(analysis: Analysis, memory: Memory, look: Look) -> None:
    renewal = memory.renewal
    assert renewal is not None
    renewal.carried_otherwise()
    while memory.unlooked:
        index = analysis.outline.index
        for serial in sorted(memory.unlooked, key=index.__getitem__):
            memory.uses[serial] = look(analysis, index[serial])
        memory.unlooked.clear()
        renewal.absorb()


def kept_by_unit(
    analysis: Analysis, name: str, work: Callable[[int, tuple[KeptUse, ...]], T]
) -> Iterator[tuple[Unit, T]]:
    """What ``work`` makes of the uses of each unit (its index, the uses), done again only where they were looked at
    again. The uses of the version must be known (`uses.uses`), and ``work`` may ask whatever `Analysis.fact` answers.

    Statements at the top of the file are worked out each time: they follow each other without questions.
    """
    memory = analysis.memory
    assert memory is not None
    kept = memory.worked_out.setdefault(name, {})
    result: list[tuple[Unit, T]] = []
    for index, unit in enumerate(analysis.outline.units):
        uses = memory.uses[unit.serial]
        known = kept.get(unit.serial)
        if known is None or known[0] is not uses or not unit.name:
            known = kept[unit.serial] = uses, work(index, uses)
        result.append((unit, known[1]))
    memory.take(analysis)
    return iter(result)
