"""What one version of a file takes over from the last: the uses of the units of which nothing has changed.

A unit's uses follow from its text and from the answers that it was given (`Reads`). After an edit, the questions that
changed units may answer otherwise are asked again; only who was given another answer is looked at anew. An answer that
stays what it was (a function that is edited still gives a tensor) ends the search there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from lsp_server.inference.carried import ABSENT, Carried
from lsp_server.inference.carriers import Carriers, carriers, pieces_of
from lsp_server.inference.digests import digest
from lsp_server.inference.questions import Key, Reader
from lsp_server.inference.touches import Handle, handles
from lsp_server.inference.units import Outline, Unit

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.flows import Piece
    from lsp_server.inference.uses import KeptUse

    Look = Callable[[Analysis, int], tuple[KeptUse, ...]]

T = TypeVar("T")
_STAMPS = itertools.count(1)
_MOST_REACHED = 2_000
_MOST_VERSIONS = 8
_MOST_WORN = 0.5


class Memory:
    """What is known of one version of a file. The next version takes it over, so it is that of the newest one asked."""

    def __init__(self) -> None:
        self.stamp = 0
        """Which version this is of; outlines are numbered after one of them."""
        self.units: tuple[Unit, ...] = ()
        self.next_serial = 0
        self.uses: dict[int, tuple[KeptUse, ...]] = {}
        self.reads: dict[Reader, dict[Key, Any]] = {}
        self.readers: dict[Key, set[Reader]] = {}
        self.names: dict[Handle, set[Key]] = {}
        """Questions by how they are touched and their name, or their owner's path."""
        self.answers: dict[Key, tuple[Analysis, Any]] = {}
        """Answers as they were given last, with the analysis whose tree they stand in."""
        self.others: dict[str, Analysis] = {}
        """The analyses of other files that were asked."""
        self.pieces: dict[int, Piece] = {}
        """Where units put values, by serial."""
        self.carriers: Carriers | None = None
        """What the uses rest on."""
        self._handles: dict[int, frozenset[Handle] | None] = {}
        self.versions: list[Analysis] = []
        """Those whose answers are kept."""
        self.worked_out: dict[str, dict[int, tuple[tuple[KeptUse, ...], Any]]] = {}
        """What others work out of the uses of each unit (`kept_by_unit`); it holds for these very uses."""

    def handles(self, unit: Unit) -> frozenset[Handle] | None:
        """By what a unit touches questions."""
        if unit.serial not in self._handles:
            self._handles[unit.serial] = handles(unit)
        return self._handles[unit.serial]

    def is_worn(self, outline: Outline) -> bool:
        """Whether so little is left of the version that was looked at whole that it is worth while to do it again."""
        if not self.versions:
            return False
        left = {unit.serial for unit in self.versions[0].outline.units}
        return sum(unit.serial not in left for unit in outline.units) > _MOST_WORN * len(outline.units)

    def put(self, reader: Reader, reads: dict[Key, Any]) -> None:
        self.reads[reader] = dict(reads)  # the version goes on writing into its own
        for key in reads:
            readers = self.readers.get(key)
            if readers is None:
                self.readers[key] = {reader}
                self.names.setdefault(_handle(key), set()).add(key)
            else:
                readers.add(reader)

    def leave(self, serial: int) -> None:
        """A unit is gone."""
        self.drop(serial)
        del self.uses[serial]
        for kept in self.worked_out.values():
            kept.pop(serial, None)
        self.pieces.pop(serial, None)
        self._handles.pop(serial, None)

    def drop(self, reader: Reader) -> None:
        for key in self.reads.pop(reader, {}):
            readers = self.readers[key]
            readers.discard(reader)
            if not readers:
                del self.readers[key]
                self.names[_handle(key)].discard(key)

    def let_go(self) -> None:
        """Give up the answers of earlier versions: nobody types into the file any more."""
        self.answers.clear()
        self.versions.clear()

    def take_later_reads(self, analysis: Analysis) -> None:
        """What was asked of the newest version after its uses were known: units depend on that as well."""
        for reader, reads in analysis.reads.by_reader.items():
            known = self.reads.get(reader, {})
            if reads.keys() <= known.keys():
                continue
            self.drop(reader)
            self.put(reader, {**known, **reads})
            for path in {key.path for key in reads} - {""} - self.others.keys():
                other = analysis.project.file(Path(path))
                if other is not None:
                    self.others[path] = other


def _handle(key: Key) -> Handle:
    return key.question.touch, key.owner if key.question.touch == "owner" else key.name.partition(".")[0]


class _Renewal:
    """Finds which units must be looked at again, and looks at them."""

    def __init__(self, analysis: Analysis, memory: Memory, look: Look) -> None:
        self.analysis = analysis
        self.memory = memory
        self.look = look
        self.index = {unit.serial: index for index, unit in enumerate(analysis.outline.units)}
        self.asked: dict[Key, Any] = {}
        self.pending: list[Unit] = []
        self.stale: set[int] = set()
        self.looked: set[int] = set()

    def run(self) -> None:
        memory, units = self.memory, self.analysis.outline.units
        gone = [unit for unit in memory.units if unit.serial not in self.index]
        fresh = [unit for unit in units if unit.serial not in memory.uses]
        memory.units = units
        self.stale.update(unit.serial for unit in fresh)
        self.pending += [*gone, *fresh] if memory.names else []
        changed = self._in_other_files()
        barred = self._reached(changed) if memory.answers else None
        if barred is not None:
            self.analysis.carried = Carried(self.analysis, memory, barred)
        for key in changed:
            self._ask_again(key)
        self._carried_otherwise()
        while self.pending or self.stale:
            while self.pending:
                for key in self._touched(self.pending.pop()):
                    self._ask_again(key)
            for serial in sorted(self.stale, key=self.index.__getitem__):
                memory.uses[serial] = self.look(self.analysis, self.index[serial])
            self.looked |= self.stale
            self.stale = set()
            self._find_otherwise_answered()
        self._take_reads()
        for unit in gone:
            memory.leave(unit.serial)
        self._take_answers()

    def _carried_otherwise(self) -> None:
        """Units in which other names than before can be symbols."""
        memory, now = self.memory, carriers(self.analysis)
        memory.pieces.update(pieces_of(self.analysis))
        before, memory.carriers = memory.carriers, now
        if before is None or before == now:
            return
        words = (before.names ^ now.names) | (before.imported ^ now.imported) | (before.members ^ now.members)
        for unit in self.analysis.outline.units:
            is_other = before.own.get(unit.serial) != now.own.get(unit.serial)
            if is_other or before.is_open != now.is_open or not words.isdisjoint(memory.pieces[unit.serial].words):
                self._is_stale(unit.serial)

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
        if serial in self.index and serial not in self.stale:
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
            if isinstance(reader, int) and reader not in self.looked:
                old = self.memory.reads.get(reader, {})
                otherwise = [key for key, found in reads.items() if key in old and old[key] != found]
                if otherwise and carried is not None and not carried.barred.issuperset(otherwise):
                    raise _Doubtful
                if otherwise:
                    self._is_stale(reader)

    def _take_reads(self) -> None:
        """Write down who asked what in this version. A unit that was only looked into keeps what it asked before."""
        memory, project = self.memory, self.analysis.project
        taken = self.analysis.reads.by_reader
        for reader, reads in taken.items():
            if isinstance(reader, int) and reader not in self.looked:
                reads = {**memory.reads.get(reader, {}), **reads}
            memory.drop(reader)
            memory.put(reader, reads)
            for path in {key.path for key in reads} - {""} - memory.others.keys():
                other = project.file(Path(path))
                if other is not None:
                    memory.others[path] = other
        for serial in self.looked - taken.keys():
            memory.drop(serial)

    def _take_answers(self) -> None:
        """Keep the answers of this version, and those of a few versions before it that nothing has replaced."""
        memory = self.memory
        for key in self.asked:
            memory.answers.pop(key, None)
        for key, (_, answer) in self.analysis.answers.items():
            if answer is not ABSENT:
                memory.answers[key] = (self.analysis, answer)
        memory.versions.append(self.analysis)
        if len(memory.versions) > _MOST_VERSIONS:
            # the first one was looked at whole: it stays
            dropped = memory.versions.pop(1)
            memory.answers = {key: kept for key, kept in memory.answers.items() if kept[0] is not dropped}


class _Doubtful(Exception):
    """Something was answered otherwise although nothing that changed should reach it."""


def renew(analysis: Analysis, look: Look) -> Memory:
    """The memory of a version, from that of the last one and from looking at the units that need it."""
    memory = analysis.memory
    if memory is None or memory.stamp != analysis.outline.stamp or memory.is_worn(analysis.outline):
        memory = Memory()
    try:
        _Renewal(analysis, memory, look).run()
    except _Doubtful:
        analysis.forget()
        memory = Memory()
        _Renewal(analysis, memory, look).run()
    memory.next_serial = analysis.outline.next_serial
    memory.stamp = next(_STAMPS)
    if analysis.carried is not None:
        analysis.carried.stamp = memory.stamp
    return memory


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
    memory.take_later_reads(analysis)
    return iter(result)
