"""What each parameter and buffer becomes in the other framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import cast

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Framework, StateSpec
from lsp_server.state import converted, library
from lsp_server.state.converted import Choose
from lsp_server.state.model import Counterpart, Entry, ModuleState
from lsp_server.state.nested import nested, unwrapped
from lsp_server.state.values import Tensor, Value

_CONSTANTS = {
    "gamma": 1,
    "beta": 0,
    "moving_mean": 0,
    "moving_variance": 1,
    "bias": 0,
    "in_proj_bias": 0,
    "num_batches_tracked": 0,
}
"""What a parameter or buffer holds that only the counterpart has: norms of MindSpore keep all four of theirs even where
torch's have none, and its layers keep a bias that conversions set to zero; torch counts batches."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Something that only the counterpart of a layer has, and that always starts with one value."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    value: int
    layer: str
    after: int
    """The last entry of the layer, by its place."""


@dataclass(frozen=True, slots=True)
class KeyMap:
    """How the names of one framework become those of the other."""

    counterparts: list[Counterpart | None]
    """One for each entry, in the order of the entries; None: it has none, or nobody knows."""
    constants: list[Constant]


def counterparts(
    state: ModuleState, catalog: Catalog, target_framework: Framework, choose: Choose
) -> list[Counterpart | None]:
    """One for each entry, in the order of the entries; None: it has none, or nobody knows.

    ``choose`` picks the counterpart of a rule for the wanted version and device.
    """
    return key_map(state, catalog, target_framework, choose).counterparts


def key_map(state: ModuleState, catalog: Catalog, target_framework: Framework, choose: Choose) -> KeyMap:
    """The counterparts, and what only the other framework has."""
    if state.framework == target_framework:
        return KeyMap([None] * len(state.entries), [])
    layers: dict[tuple[str, int], _Layer | None] = {}
    places: dict[tuple[str, _Layer], int] = {}
    found: list[Counterpart | None] = []
    for index, entry in enumerate(state.entries):
        name, inside = unwrapped(catalog, entry, choose)
        outermost, given = (inside[0][0], entry.around) if inside else (entry.layer, entry.arguments)
        if outermost is None:
            found.append(Counterpart(name, entry.kind, entry.shape, trainable=entry.trainable))
            continue
        key = (outermost, id(given))
        if key not in layers:
            layers[key] = _layer(catalog, outermost, cast("Mapping[str, Value]", given), choose)
        layer = layers[key]
        inner = sum(len(part) + 1 for _, part in inside) + len(entry.own_name)
        prefix = name[: len(name) - inner]
        if layer is None:
            found.append(nested(catalog, entry, name, inside, choose) if inside else None)
            continue
        places[(prefix, layer)] = index
        other = nested(catalog, entry, name, inside, choose) if inside else None
        found.append(layer.part(entry, prefix, name, other) if inside else layer.counterpart(entry, prefix))
    constants = [one for (prefix, layer), index in places.items() for one in layer.constants(prefix, index)]
    return KeyMap(found, constants)


def _layer(catalog: Catalog, name: str, given: Mapping[str, Value], choose: Choose) -> _Layer | None:
    chosen, fits = converted.taken(catalog, name, given, choose)
    if chosen is None or not (library.is_layer(catalog, chosen.symbol) or (fits and chosen.template)):
        return None
    return _Layer(catalog, name, given, chosen)


class _Layer:
    """One layer of the source and what stands for it."""

    def __init__(self, catalog: Catalog, name: str, given: Mapping[str, Value], chosen: RuleCounterpart) -> None:
        self.catalog = catalog
        self.chosen = chosen
        self.source = name
        self.there = converted.contents(catalog, self.source, given, chosen)
        self.by_name = self.there if chosen.template else self.named_only(given)
        self.used: set[str] = set()

    def named_only(self, given: Mapping[str, Value]) -> dict[str, tuple[str, Tensor]]:
        """What the counterpart has if only the written arguments are passed on."""
        written = converted.arguments(self.catalog, self.source, given, self.chosen, complete=False)
        return converted.built(self.catalog, self.chosen.symbol, written)

    def counterpart(self, entry: Entry, prefix: str) -> Counterpart | None:
        own = self.nested(self.renamed(entry.own_name))
        found = self.there.get(own) if own else None
        if not own or found is None:
            return None
        self.used.add(own)
        kind, tensor = found
        lost = own not in self.by_name
        shape = tensor.shape
        return Counterpart(
            name=prefix + own,
            kind="parameter" if kind == "parameter" else "buffer",
            shape=shape,
            transform=_reshape(entry.shape, shape),
            trainable=tensor.trainable,
            layer=self.chosen.define[-1] if self.chosen.define else self.chosen.symbol,
            lost=lost,
            reason=self.switch(own) if lost else "",
        )

    def renamed(self, own: str) -> str | None:
        """What the rule calls an entry; where this counterpart of it says nothing, what another one says."""
        if self.chosen.state or own in self.there:
            return self.chosen.state.get(own, None if self.chosen.state else own)
        rule = self.catalog.rule(self.source)
        names = [one.state.get(own, "") for one in rule.counterparts] if rule is not None else []
        return next((name for name in names if name in self.there), own)

    def part(self, entry: Entry, prefix: str, name: str, other: Counterpart | None) -> Counterpart | None:
        """What an entry of an inner layer becomes; ``other`` is what the names of the parts say. A class that the
        conversion writes has parts of its own."""
        if not self.chosen.template:
            return other
        named = other.name[len(prefix) :] if other is not None else ""
        same = [
            own for own, (_, tensor) in self.there.items()
            if own.rpartition(".")[2] == entry.own_name and tensor.shape == entry.shape
        ]  # fmt: skip
        for own in (named, name[len(prefix) :], *(same if len(same) == 1 else ())):
            if own in self.there:
                self.used.add(own)
                kind, tensor = self.there[own]
                kind = "parameter" if kind == "parameter" else "buffer"
                layer = other.layer if other is not None else self.chosen.symbol
                return Counterpart(prefix + own, kind, tensor.shape, None, tensor.trainable, layer)
        return None

    def nested(self, own: str | None) -> str | None:
        """A layer that is made of another one holds the state there: ``bn2d.gamma``."""
        if not own or own in self.there:
            return own
        inner = [name for name in self.there if name.rpartition(".")[2] == own]
        return inner[0] if len(inner) == 1 else own

    def constants(self, prefix: str, after: int) -> list[Constant]:
        """What has no origin in the source and a value that is known."""
        found: list[Constant] = []
        whole = self.chosen.template or not (self.catalog.state(self.source) or StateSpec()).children
        for own, (_, tensor) in self.there.items() if whole else ():
            value = _CONSTANTS.get(own.rpartition(".")[2])
            if own not in self.used and value is not None and tensor.shape is not None and tensor.dtype is not None:
                found.append(Constant(prefix + own, tensor.shape, tensor.dtype, value, self.source, after))
        return found

    def switch(self, own: str) -> str:
        """The argument that has to be written out for an entry to be there."""
        spec = self.catalog.state(self.chosen.symbol) or StateSpec()
        entry = spec.entries.get(own)
        argument = entry.when if entry is not None else ""
        return f"{argument}=True" if argument.isidentifier() else argument


def _reshape(old: tuple[int, ...] | None, new: tuple[int, ...] | None) -> str | None:
    """Where only the shape differs, the numbers stay in their order."""
    if old is None or new is None or old == new:
        return None
    return f"reshape{new}" if prod(old) == prod(new) else None
