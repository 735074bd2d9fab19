"""What each parameter and buffer of a model is called, and what shape it has, in both frameworks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import msgspec

from lsp_server.catalog.catalog import OTHER, Catalog
from lsp_server.catalog.model import Framework
from lsp_server.state.counterparts import CONSTANTS, KeyMap
from lsp_server.state.model import Counterpart, Entry, ModuleState

Shape = tuple[int, ...]


class Place(msgspec.Struct, frozen=True):
    """A name that a tensor may have in one framework, and its shape there; None: not known."""

    name: str
    shape: Shape | None


class Row(msgspec.Struct, frozen=True):
    """One parameter or buffer. Without ``entry``: a constant that only one framework has."""

    written: dict[Framework, Place]
    """What it is called where a file is written for a framework; nothing where that has no counterpart."""
    read: dict[Framework, tuple[Place, ...]]
    """The same, and what it is called in other layers that could stand there (``nn`` and ``mint``)."""
    entry: Entry | None = None
    value: int = 0
    """Of a constant."""
    dtype: str | None = None
    layer: str = ""
    is_argument: bool = False
    """A tensor that the code gives to a library layer: the weights of a loss."""

    @property
    def is_counter(self) -> bool:
        """What counts batches: a buffer of one integer that a library layer made."""
        return (
            self.layer != ""
            and self.dtype == "int64"
            and all(place.shape == () for places in self.read.values() for place in places)
        )

    @property
    def is_made_by_layer(self) -> bool:
        """A parameter that nobody trains: the layer sets it when it is made."""
        entry = self.entry
        return entry is not None and self.layer != "" and entry.kind == "parameter" and not entry.trainable

    @property
    def constant(self) -> int | None:
        """What such a parameter of a norm holds."""
        name = self.entry.own_name if self.entry is not None else ""
        return (CONSTANTS | {"weight": 1}).get(name) if "Norm" in self.layer else None

    @property
    def is_switched_off(self) -> bool:
        """The weight or bias of a norm that was made without: statistics of norms are no such constants."""
        name = self.entry.own_name if self.entry is not None else ""
        return self.is_made_by_layer and self.constant is not None and not name.startswith(("moving_", "running_"))

    @property
    def is_saved(self) -> bool:
        return self.entry is None or self.entry.persistent


def rows(state: ModuleState, maps: Sequence[KeyMap], catalog: Catalog) -> list[Row]:
    """In the order of the model; constants stand behind the last entry of their layer."""
    own: Framework = "mindspore" if state.framework == "mindspore" else "torch"
    other = OTHER[own]
    constants: dict[int, list[Row]] = {}
    for one in maps[0].constants:
        place = Place(one.name, one.shape)
        row = Row({other: place}, {other: (place,)}, None, one.value, one.dtype, one.layer)
        constants.setdefault(one.after, []).append(row)
    given_names = [entry.given_name for entry in state.entries]
    found: list[Row] = []
    for index, entry in enumerate(state.entries):
        here = Place(entry.name, entry.shape)
        named = Place(entry.given_name, entry.shape)
        is_named = own == "mindspore" and entry.given_name not in ("", entry.name) and "." not in entry.name
        known_here = (named, here) if is_named and given_names.count(entry.given_name) == 1 else (here,)
        there = [_place(entry, one.counterparts[index]) for one in maps]
        known = tuple(dict.fromkeys(place for place in there if place is not None))
        written: dict[Framework, Place] = {own: known_here[0]}
        if there[0] is not None:
            written[other] = there[0]
        spec = catalog.state(entry.layer) if entry.layer is not None else None
        given = spec.entries.get(entry.own_name) if spec is not None else None
        is_argument = given is not None and given.like != ""
        layer = entry.layer or ""
        found.append(Row(written, {own: known_here, other: known}, entry, 0, entry.dtype, layer, is_argument))
        found += constants.get(index, [])
    return found


def _place(entry: Entry, other: Counterpart | None) -> Place | None:
    """None also where the numbers of elements differ: then neither is the other."""
    if other is None:
        return None
    if entry.shape is not None and other.shape is not None and prod(entry.shape) != prod(other.shape):
        return None
    return Place(other.name, other.shape)
