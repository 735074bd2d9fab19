"""What is known of one version of a file, and who asked whom for it: what the next one stands on (`reuse`)."""

from __future__ import annotations

import itertools
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from lsp_server.inference.carried import ABSENT
from lsp_server.inference.questions import Key, Reader
from lsp_server.inference.touches import Handle, handles
from lsp_server.inference.units import Outline, Unit

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis
    from lsp_server.inference.carriers import Carriers
    from lsp_server.inference.flows import Piece
    from lsp_server.inference.reuse import Renewal
    from lsp_server.inference.uses import KeptUse

_CLOCK = itertools.count(1)
_MOST_VERSIONS, _LEAST_VERSIONS = 8, 2
_MOST_BYTES = 1_500_000
"""Of the texts of all versions that are kept: every tree shares but half of its nodes with the one before, and takes up
sixteen times as much as its text."""
_MOST_WORN = 0.5


def clock() -> int:
    """A time that is later than all before."""
    return next(_CLOCK)


class Memory:
    """What is known of one version of a file. The next version takes it over, so it is that of the newest one asked."""

    def __init__(self) -> None:
        self.stamp = 0
        """Which version this is of; outlines are numbered after one of them."""
        self.newest: Analysis | None = None
        """That version."""
        self.next_serial = 0
        self.since: dict[int, int] = {}
        """When each unit was last found to be new, or to be given another answer than before; by serial."""
        self.renewals: list[tuple[int, int]] = []
        """The same in the order of time."""
        self.uses: dict[int, tuple[KeptUse, ...]] = {}
        self.unlooked: set[int] = set()
        """The units of which the uses are not known, by serial."""
        self.reads: dict[Reader, dict[Key, Any]] = {}
        self.readers: dict[Key, set[Reader]] = {}
        self.names: dict[Handle, set[Key]] = {}
        """Questions by how they are touched and their name, or their owner's path."""
        self.answers: dict[Key, tuple[Analysis, Node, Any]] = {}
        """Answers as they were given last, with the analysis whose tree they stand in, and who was asked there."""
        self.others: dict[str, Analysis] = {}
        """The analyses of other files that were asked."""
        self.pieces: dict[int, Piece] = {}
        """Where units put values, by serial."""
        self.carriers: Carriers | None = None
        """What the uses rest on."""
        self.renewal: Renewal | None = None
        """What made it that of its version."""
        self._log: list[Unit] = []
        """All units that there were, in the order of their serials."""
        self._telling: dict[re.Pattern[bytes], tuple[int, set[int]]] = {}
        """How much of the log was searched for a pattern, and the serials of the units that have it."""
        self._handles: dict[int, frozenset[Handle] | None] = {}
        self.versions: list[Analysis] = []
        """Those whose answers are kept."""
        self.worked_out: dict[str, dict[int, tuple[tuple[KeptUse, ...], Any]]] = {}
        """What others work out of the uses of each unit (`kept_by_unit`); it holds for these very uses."""
        self.classes_known = 0
        """When all of them were looked at last."""
        self.of_classes: dict[int, Any] = {}
        """What others remember of classes, by the serials of their heads; they look at `since` to see what holds."""

    def handles(self, unit: Unit) -> frozenset[Handle] | None:
        """By what a unit touches questions."""
        if unit.serial not in self._handles:
            self._handles[unit.serial] = handles(unit)
        return self._handles[unit.serial]

    def telling(self, pattern: re.Pattern[bytes]) -> list[int]:
        """The indices of the units of the newest version whose text has a pattern. Texts are searched once."""
        found = self._found(pattern)
        if not found or self.newest is None:
            return []
        index = self.newest.outline.index
        return sorted([index[serial] for serial in found])

    def is_told(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether the text of any unit has a pattern."""
        return bool(self._found(pattern))

    def _found(self, pattern: re.Pattern[bytes]) -> set[int]:
        searched, found = self._telling.get(pattern, (0, set[int]()))
        if not searched and self.newest is not None and pattern.search(self.newest.document.data) is None:
            self._telling[pattern] = len(self._log), found
        elif searched < len(self._log):
            new = [unit.serial for unit in self._log[searched:] if pattern.search(unit.text)]
            found.update(serial for serial in new if serial in self.since)
            self._telling[pattern] = len(self._log), found
        return found

    def renewed_since(self, clock: int) -> set[int]:
        """The units that are new, or were given another answer, later than a time."""
        first = bisect_right(self.renewals, (clock, sys.maxsize))
        return {serial for _, serial in self.renewals[first:]}

    def is_worn(self, outline: Outline) -> bool:
        """Whether so little is left of the version that was looked at whole that it is worth while to do it again."""
        if not self.versions:
            return False
        first, most = self.versions[0].outline.next_serial, _MOST_WORN * len(outline.units)
        return outline.next_serial - first > most and sum(unit.serial >= first for unit in outline.units) > most

    def put(self, reader: Reader, reads: dict[Key, Any]) -> None:
        self.reads[reader] = reads
        for key in reads:
            readers = self.readers.get(key)
            if readers is None:
                self.readers[key] = {reader}
                self.names.setdefault(_handle(key), set()).add(key)
            else:
                readers.add(reader)

    def add(self, units: Iterable[Unit]) -> None:
        """New units."""
        self._log += units

    def leave(self, serial: int) -> None:
        """A unit is gone."""
        self.drop(serial)
        del self.since[serial]
        for kept in (self.uses, self.pieces, self._handles, self.of_classes, *self.worked_out.values()):
            kept.pop(serial, None)
        self.unlooked.discard(serial)
        for _, found in self._telling.values():
            found.discard(serial)

    def renewed(self, serial: int, clock: int) -> None:
        """A unit is new, or was given another answer: what was worked out of it holds no more."""
        self.since[serial] = clock
        self.renewals.append((clock, serial))
        self.uses.pop(serial, None)
        self.unlooked.add(serial)
        for kept in self.worked_out.values():
            kept.pop(serial, None)

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

    def take(self, analysis: Analysis) -> None:
        """Write down who asked what in a version, since that was last done. A unit that was only looked into keeps what
        it asked before."""
        reads = analysis.reads
        for reader, asked in reads.taken():
            known = self.reads.get(reader)
            if known is not None and (isinstance(reader, int) or reader in reads.again):
                if all(key in known and known[key] == digest for key, digest in asked.items()):
                    continue
                asked = {**known, **asked}
            self.drop(reader)
            self.put(reader, asked)
            for path in {key.path for key in asked} - {""} - self.others.keys():
                other = analysis.project.file(Path(path))
                if other is not None:
                    self.others[path] = other
            if not isinstance(reader, int):
                reads.again.add(reader)

    def take_answers(self, analysis: Analysis) -> None:
        """Keep the answers of the newest version, and those of a few before it that nothing has replaced."""
        for key, (node, answer) in analysis.answers.items():
            if answer is not ABSENT:
                self.answers[key] = (analysis, node, answer)
        self.versions.append(analysis)
        most = min(_MOST_VERSIONS, max(_LEAST_VERSIONS, _MOST_BYTES // max(len(analysis.document.data), 1)))
        while len(self.versions) > most:
            # the first one was looked at whole: it stays
            dropped = self.versions.pop(1)
            self.answers = {key: kept for key, kept in self.answers.items() if kept[0] is not dropped}


def _handle(key: Key) -> Handle:
    return key.question.touch, key.owner if key.question.touch == "owner" else key.name.partition(".")[0]
