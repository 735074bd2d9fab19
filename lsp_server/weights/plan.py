"""Decides what becomes of each tensor of a file, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Literal

import msgspec

from lsp_server.catalog.catalog import OTHER
from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.messages import Message
from lsp_server.messages import weights as messages
from lsp_server.messages.hover import FRAMEWORK_NAMES
from lsp_server.weights import names
from lsp_server.weights.content import Content, Format
from lsp_server.weights.dtypes import DTYPES, is_floating
from lsp_server.weights.items import Item, holds_only
from lsp_server.weights.refused import Refused
from lsp_server.weights.rows import Place, Row
from lsp_server.weights.tensors import Stored

Kind = Literal["dropped", "filled", "left", "noted"]


class Note(msgspec.Struct, frozen=True):
    """What happened to some tensors, and why. ``left`` is what somebody has to look at."""

    kind: Kind
    reason: Message
    values: tuple[tuple[str, str], ...]
    names: tuple[str, ...]


class Problem(msgspec.Struct, frozen=True):
    """Why nothing can be written."""

    what: Message
    names: tuple[str, ...]
    shapes: tuple[tuple[str, str, str], ...] = ()
    """Name, shape in the file, shape in the model."""
    values: tuple[tuple[str, str], ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """What the new file will hold."""

    source: Framework
    target: Framework
    items: tuple[Item, ...]
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]
    prefixes: tuple[str, ...] = ()
    buffers: int = 0
    """How many of the items are registered buffers."""


def source_of(content: Content, rows: Sequence[Row], target: Framework | None) -> Framework:
    """The framework whose names a file has: what it says, what the names say, or the one that is not wanted."""
    if content.framework is not None:
        return content.framework
    hits = {framework: _hits(content, rows, framework) for framework in FRAMEWORKS}
    if hits["torch"] != hits["mindspore"]:
        return "torch" if hits["torch"] > hits["mindspore"] else "mindspore"
    return OTHER[target] if target is not None else "torch"


def _hits(content: Content, rows: Sequence[Row], framework: Framework) -> int:
    wanted = [place.name for row in rows for place in row.read.get(framework, ())]
    found, _ = names.fitting(content.tensors, wanted)
    return sum(name in found for name in wanted)


def plan(
    content: Content, rows: Sequence[Row], complete: bool, source: Framework, target: Framework, form: Format
) -> Plan:
    """Every row of the model, and every tensor of the file, is accounted for."""
    planner = _Planner(content, rows, source, target, form)
    for row in rows:
        planner.row(row)
    planner.rest(complete)
    return planner.result()


class _Planner:
    def __init__(
        self, content: Content, rows: Sequence[Row], source: Framework, target: Framework, form: Format
    ) -> None:
        self.source: Framework = source
        self.target: Framework = target
        self.form: Format = form
        wanted = [place.name for row in rows for place in row.read.get(source, ())]
        self.tensors, self.prefixes = names.fitting(content.tensors, wanted)
        self.rows = rows
        self.used: set[str] = set()
        self.items: list[Item] = []
        self.buffers = 0
        self.notes: dict[tuple[Kind, Message, tuple[tuple[str, str], ...]], list[str]] = {}
        self.problems: dict[tuple[Message, tuple[tuple[str, str], ...]], list[str]] = {}
        self.misshapen: list[tuple[str, str, str]] = []
        self.mistyped: list[tuple[str, str, str]] = []

    def row(self, row: Row) -> None:
        """One parameter, buffer or constant."""
        here = row.read.get(self.source, ())
        found = next((place for place in here if place.name in self.tensors), None)
        stored = self.tensors[found.name] if found is not None else None
        there = row.written.get(self.target)
        if found is not None:
            self.used.add(found.name)
        if not row.is_saved:
            if found is not None:
                self.note("dropped", messages.NOT_SAVED, found.name)
        elif there is None:
            if found is not None:
                self.without_counterpart(row, found)
        elif stored is not None and found is not None:
            self.copy(row, found, stored, there)
        else:
            self.absent(row, here, there)

    def without_counterpart(self, row: Row, found: Place) -> None:
        other = FRAMEWORK_NAMES[self.target]
        if row.is_counter:
            self.note("dropped", messages.COUNTER, found.name)
        elif row.is_argument:
            self.note("dropped", messages.ARGUMENT, found.name, framework=other)
        elif row.entry is None or row.is_switched_off:
            value = row.value if row.entry is None else row.constant or 0
            if holds_only(self.tensors[found.name], value):
                self.note("dropped", messages.CONSTANT, found.name, framework=other)
            else:  # somebody trained it: the model is not the one that the file was saved from
                self.note("left", messages.NOT_CONSTANT, found.name, framework=other, value=str(value))
        else:
            self.note("left", messages.NO_COUNTERPART, found.name, framework=other, layer=row.layer or found.name)

    def absent(self, row: Row, here: tuple[Place, ...], there: Place) -> None:
        """Something that the new file needs and the old one does not have."""
        twin = self.twin(row)
        if row.is_counter:
            self.note("filled", messages.COUNTER_ZERO, there.name)
            self.fill(row, there)
        elif row.entry is None:
            value, framework = str(row.value), FRAMEWORK_NAMES[self.target]
            self.note("filled", messages.CONSTANT_FILLED, there.name, value=value, framework=framework)
            self.fill(row, there)
        elif twin is not None:
            self.note("noted", messages.TIED, there.name)
            self.copy(row, twin[0], twin[1], there)
        elif not here and row.is_argument:
            self.note("left", messages.ARGUMENT_MISSING, there.name)
        elif not here and row.is_made_by_layer:
            value = row.constant
            framework = FRAMEWORK_NAMES[self.target]
            if value is None:
                self.note("noted", messages.MADE_BY_LAYER, there.name, framework=framework)
            else:
                self.note("filled", messages.CONSTANT_FILLED, there.name, value=str(value), framework=framework)
                self.fill(msgspec.structs.replace(row, value=value), there)
        elif not here:
            self.problem(messages.WITHOUT_ORIGIN, there.name, framework=FRAMEWORK_NAMES[self.source])
        elif row.entry.kind == "buffer" and not row.layer and self.source == "mindspore":
            self.problem(messages.MISSING_BUFFERS, here[0].name)
        else:
            self.problem(messages.MISSING, here[0].name)

    def twin(self, row: Row) -> tuple[Place, Stored] | None:
        """The tensor that the model shares with this one, where a file holds it only once."""
        shared = row.entry.same_as if row.entry is not None else ""
        for other in self.rows if shared else ():
            if other.entry is not None and other.entry.name == shared:
                for place in other.read.get(self.source, ()):
                    if place.name in self.tensors:
                        return place, self.tensors[place.name]
        return None

    def fill(self, row: Row, there: Place) -> None:
        dtype = DTYPES.get(row.dtype or "", DTYPES["float32"])
        self.items.append(Item(there.name, dtype, there.shape or (), value=row.value))

    def copy(self, row: Row, here: Place, stored: Stored, there: Place) -> None:
        if stored.problem is not None:
            raise Refused(stored.problem, name=stored.name)
        shape = self.fitted(row, here, stored, there)
        if shape is None or not self.has_type(row, stored):
            return
        if self.target == "mindspore" and not stored.dtype.mindspore:
            self.note("left", messages.NO_COMPLEX, here.name, type=stored.dtype.name)
        elif self.form == "mindspore" and not stored.size:
            self.note("left", messages.NO_ELEMENTS, here.name)
        else:
            if self.form == "safetensors" and not stored.dtype.safetensors:
                raise Refused(messages.NO_TYPE, name=here.name, type=stored.dtype.name, suffix=".safetensors")
            self.items.append(Item(there.name, stored.dtype, shape, stored))
            self.buffers += row.entry is not None and row.entry.kind == "buffer" and not row.layer

    def fitted(self, row: Row, here: Place, stored: Stored, there: Place) -> tuple[int, ...] | None:
        """The new shape; None if the old one is wrong, or nobody knows what it should be."""
        wanted = [place.shape for place in row.read.get(self.source, ()) if place.name == here.name] or [here.shape]
        if None not in wanted and stored.shape not in wanted:
            self.misshapen.append((here.name, _shape(stored.shape), _shape(wanted[0] or ())))
            return None
        if there.shape is not None:
            if prod(there.shape) == prod(stored.shape):
                return there.shape
            self.misshapen.append((here.name, _shape(stored.shape), _shape(there.shape)))
            return None
        if row.layer:  # what a library layer does to shapes is not known without its arguments
            self.problem(messages.UNKNOWN_SHAPES, here.name)
            return None
        return stored.shape

    def has_type(self, row: Row, stored: Stored) -> bool:
        wanted, found = row.dtype, stored.dtype.name
        if wanted is None or wanted == found:
            return True
        if is_floating(wanted) != is_floating(found) or wanted.startswith("complex") != found.startswith("complex"):
            self.mistyped.append((stored.name, found, wanted))
            return False
        self.note("noted", messages.TYPE_KEPT, stored.name, found=found, wanted=wanted)
        return True

    def rest(self, complete: bool) -> None:
        """What the model does not have."""
        for name in self.tensors:
            if name in self.used:
                continue
            if complete:
                self.note("left", messages.NOT_IN_MODEL, name)
            else:
                self.problem(messages.NOT_EVALUATED, name)

    def note(self, kind: Kind, reason: Message, name: str, **values: str) -> None:
        self.notes.setdefault((kind, reason, tuple(values.items())), []).append(name)

    def problem(self, what: Message, name: str, **values: str) -> None:
        self.problems.setdefault((what, tuple(values.items())), []).append(name)

    def result(self) -> Plan:
        problems = [Problem(what, tuple(found), (), values) for (what, values), found in self.problems.items()]
        for what, rows in ((messages.MISSHAPEN, self.misshapen), (messages.MISTYPED, self.mistyped)):
            if rows:
                problems.append(Problem(what, tuple(name for name, _, _ in rows), tuple(rows)))
        notes = [Note(kind, reason, values, tuple(found)) for (kind, reason, values), found in self.notes.items()]
        return Plan(
            self.source,
            self.target,
            tuple(self.items),
            tuple(notes),
            tuple(problems),
            self.prefixes,
            self.buffers,
        )


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "scalar"
