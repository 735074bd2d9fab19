"""What each parameter and buffer becomes in the other framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import cast

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.catalog.model import Framework, StateSpec
from lsp_server.state import converted, library, updates
from lsp_server.state.converted import Choose
from lsp_server.state.model import Counterpart, Entry, ModuleState
from lsp_server.state.nested import nested, unwrapped
from lsp_server.state.values import Tensor, Value

CONSTANTS = {
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
    walk = _Walk(catalog, choose, target_framework)
    found = [walk.counterpart(index, entry) for index, entry in enumerate(state.entries)]
    constants = [one for (prefix, layer), index in walk.places.items() for one in layer.constants(prefix, index)]
    return KeyMap(found, constants)


class _Walk:
    """Finds the counterpart of one entry after the other."""

    def __init__(self, catalog: Catalog, choose: Choose, framework: Framework) -> None:
        self.catalog = catalog
        self.choose = choose
        self.framework = framework
        self.layers: dict[tuple[str, int], _Layer | None] = {}
        self.alike: dict[tuple[str, object], _Layer | None] = {}
        """Layers with the same arguments have the same counterpart: a network repeats a few."""
        self.places: dict[tuple[str, _Layer], int] = {}
        """The layers by the start of their names, with their last entry."""

    def counterpart(self, index: int, entry: Entry) -> Counterpart | None:
        name, inside = unwrapped(self.catalog, entry, self.choose)
        if inside:
            prefix = name[: len(name) - sum(len(part) + 1 for _, part in inside) - len(entry.own_name)]
            layer = self.layer(inside[0][0], entry.around)
            if layer is None or not any((name[len(prefix) :]).startswith(path) for path in layer.passed):
                other = nested(self.catalog, entry, name, inside, self.choose)
                if layer is None:
                    return other
                self.places[(prefix, layer)] = index
                return layer.part(entry, prefix, name, other, self.own_name(entry))
            if inside[1:]:  # a layer with parts of its own that was passed to the one around it
                return nested(self.catalog, entry, name, inside[1:], self.choose)
        if entry.layer is None and self.framework == "mindspore" and updates.is_parameter_there(entry):
            return Counterpart(name, "parameter", entry.shape, trainable=False)
        if entry.layer is None:
            return Counterpart(name, entry.kind, entry.shape, trainable=entry.trainable)
        layer = self.layer(entry.layer, entry.arguments)
        if layer is None:
            return None
        prefix = name[: len(name) - len(entry.own_name)]
        self.places[(prefix, layer)] = index
        return layer.counterpart(entry, prefix)

    def layer(self, name: str, given: Mapping[str, object]) -> _Layer | None:
        known = (name, id(given))
        if known not in self.layers:
            values = cast("Mapping[str, Value]", given)
            key = (name, converted.key(values))
            if key not in self.alike:
                self.alike[key] = _layer(self.catalog, name, values, self.choose)
            self.layers[known] = self.alike[key]
        return self.layers[known]

    def own_name(self, entry: Entry) -> str:
        """What the layer that owns an entry calls it in the other framework."""
        layer = self.layer(entry.layer, entry.arguments) if entry.layer is not None else None
        return (layer.renamed(entry.own_name) if layer is not None else None) or entry.own_name


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
        contents = converted.contents(catalog, self.source, given, chosen)
        self.there = contents.tensors
        self.passed = contents.passed
        self.by_name = self.there if chosen.template else self.named_only(given)
        self.used: set[str] = set()

    def named_only(self, given: Mapping[str, Value]) -> dict[str, tuple[str, Tensor]]:
        """What the counterpart has if only the written arguments are passed on."""
        written = converted.arguments(self.catalog, self.source, given, self.chosen, complete=False)
        return converted.built(self.catalog, self.chosen.symbol, written).tensors

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
        names += [name.rpartition(".")[2] for name in names]
        return next((name for name in names if name in self.there), own)

    def part(
        self, entry: Entry, prefix: str, name: str, other: Counterpart | None, own_name: str
    ) -> Counterpart | None:
        """What an entry of an inner layer becomes; ``other`` is what the names of the parts say, ``own_name`` what the
        layer that owns it says. A class that the conversion writes has parts of its own."""
        dotted = name[len(prefix) :]
        named = [self.chosen.state.get(dotted, "")]
        if self.chosen.template:
            alike = [
                own for own, (_, tensor) in self.there.items()
                if own.rpartition(".")[2] == entry.own_name and tensor.shape == entry.shape
            ]  # fmt: skip
            inner = dotted[: len(dotted) - len(entry.own_name)]
            named += [other.name[len(prefix) :] if other is not None else "", inner + own_name, dotted]
            named += alike if len(alike) == 1 else []
        for own in named:
            if own in self.there:
                self.used.add(own)
                kind, tensor = self.there[own]
                layer = other.layer if other is not None else self.chosen.symbol
                transform = _reshape(entry.shape, tensor.shape)
                kind = "parameter" if kind == "parameter" else "buffer"
                return Counterpart(prefix + own, kind, tensor.shape, transform, tensor.trainable, layer)
        return None if self.chosen.template else other

    def nested(self, own: str | None) -> str | None:
        """A layer that is made of another one holds the state there: ``bn2d.gamma``."""
        if not own or own in self.there:
            return own
        inner = [name for name in self.there if name.rpartition(".")[2] == own]
        return inner[0] if len(inner) == 1 else own

    def constants(self, prefix: str, after: int) -> list[Constant]:
        """What has no origin in the source and a value that is known."""
        found: list[Constant] = []
        parts = (self.catalog.state(self.source) or StateSpec()).children
        whole = self.chosen.template or not parts or any("." in name for name in self.chosen.state)
        for own, (_, tensor) in self.there.items() if whole else ():
            value = CONSTANTS.get(own.rpartition(".")[2])
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
