"""What each parameter and buffer becomes in the other framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import cast

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Argument, Framework, Rule, StateSpec
from lsp_server.catalog.model import Counterpart as RuleCounterpart
from lsp_server.state import formulas, library
from lsp_server.state.frames import Machine
from lsp_server.state.library import Arguments
from lsp_server.state.model import Counterpart, Entry, ModuleState
from lsp_server.state.modules import tree
from lsp_server.state.nested import nested
from lsp_server.state.values import UNKNOWN, Tensor, Value

Choose = Callable[[Rule], "RuleCounterpart | None"]


def counterparts(
    state: ModuleState, catalog: Catalog, target_framework: Framework, choose: Choose
) -> list[Counterpart | None]:
    """One for each entry, in the order of the entries; None: it has none, or nobody knows.

    ``choose`` picks the counterpart of a rule for the wanted version and device.
    """
    if state.framework == target_framework:
        return [None] * len(state.entries)
    layers: dict[tuple[str, int], _Layer | None] = {}
    found: list[Counterpart | None] = []
    for entry in state.entries:
        if entry.inside:
            found.append(nested(catalog, entry, choose))
            continue
        if entry.layer is None:
            found.append(Counterpart(entry.name, entry.kind, entry.shape, trainable=entry.trainable))
            continue
        key = (entry.layer, id(entry.arguments))
        if key not in layers:
            layers[key] = _layer(catalog, entry, choose)
        layer = layers[key]
        found.append(layer.counterpart(entry) if layer is not None else None)
    return found


def _layer(catalog: Catalog, entry: Entry, choose: Choose) -> _Layer | None:
    rule = catalog.rule(entry.layer) if entry.layer is not None else None
    chosen = choose(rule) if rule is not None else None
    if chosen is None or not library.is_layer(catalog, chosen.symbol):
        return None
    return _Layer(catalog, entry, chosen)


class _Layer:
    """One layer of the source and what stands for it."""

    def __init__(self, catalog: Catalog, entry: Entry, chosen: RuleCounterpart) -> None:
        self.catalog = catalog
        self.chosen = chosen
        self.source = entry.layer or ""
        given = cast("Mapping[str, Value]", entry.arguments)
        self.converted = self.built(_translated(catalog, self.source, given, chosen, complete=True))
        self.by_name = self.built(_translated(catalog, self.source, given, chosen, complete=False))

    def built(self, keywords: dict[str, Value]) -> dict[str, tuple[str, Tensor]]:
        """The counterpart's parameters and buffers if it is given these arguments."""
        module = library.build(Machine(self.catalog), self.chosen.symbol, Arguments(keywords=keywords), None)
        found: dict[str, tuple[str, Tensor]] = {}
        for prefix, owner in tree(module) or [("", module)]:
            start = f"{prefix}." if prefix else ""
            for kind, table in (("parameter", owner.parameters), ("buffer", owner.buffers)):
                for name, tensor in table.items():
                    if tensor is not None:
                        found[start + name] = (kind, tensor)
        return found

    def counterpart(self, entry: Entry) -> Counterpart | None:
        own = self.chosen.state.get(entry.own_name, None if self.chosen.state else entry.own_name)
        own = self.nested(own)
        found = self.converted.get(own) if own else None
        if not own or found is None:
            return None
        kind, tensor = found
        lost = own not in self.by_name
        shape = tensor.shape
        prefix = entry.name[: len(entry.name) - len(entry.own_name)]
        return Counterpart(
            name=prefix + own,
            kind="parameter" if kind == "parameter" else "buffer",
            shape=shape,
            transform=_reshape(entry.shape, shape),
            trainable=tensor.trainable,
            layer=self.chosen.symbol,
            lost=lost,
            reason=self.switch(own) if lost else "",
        )

    def nested(self, own: str | None) -> str | None:
        """A layer that is made of another one holds the state there: ``bn2d.gamma``."""
        if not own or own in self.converted:
            return own
        inner = [name for name in self.converted if name.rpartition(".")[2] == own]
        return inner[0] if len(inner) == 1 else own

    def switch(self, own: str) -> str:
        """The argument that has to be written out for an entry to be there."""
        spec = self.catalog.state(self.chosen.symbol) or StateSpec()
        entry = spec.entries.get(own)
        argument = entry.when if entry is not None else ""
        return f"{argument}=True" if argument.isidentifier() else argument


def _translated(
    catalog: Catalog, source: str, given: Mapping[str, Value], chosen: RuleCounterpart, complete: bool
) -> dict[str, Value]:
    """The arguments under the counterpart's names: all of them, defaults included, or only those that were written."""
    spec = catalog.state(source) or StateSpec()
    defaults = library.signature(catalog, source, spec)
    names = _parameters(catalog, chosen.symbol)
    found: dict[str, Value] = {}
    for parameter in {**defaults, **given}:
        default = defaults.get(parameter)
        if parameter in given:
            value = given[parameter]
        elif complete and default is not None:
            value = library.literal(default)
        else:
            continue
        mapped = chosen.args.get(parameter, parameter)
        to = mapped if isinstance(mapped, str) else mapped.to
        if to in names:
            found[to] = _converted(mapped, value)
    if complete:
        found.update({name: library.literal(text) for name, text in chosen.extra.items() if name in names})
    return found


def _converted(mapped: str | Argument, value: Value) -> Value:
    if isinstance(mapped, str) or not mapped.value:
        return value
    try:
        return formulas.evaluate(mapped.value.replace("{value}", "value"), {"value": value})
    except (formulas.Unresolved, SyntaxError):
        return UNKNOWN


def _parameters(catalog: Catalog, symbol: str) -> set[str]:
    spec = catalog.state(symbol) or StateSpec()
    return set(library.signature(catalog, symbol, spec))


def _reshape(old: tuple[int, ...] | None, new: tuple[int, ...] | None) -> str | None:
    """Where only the shape differs, the numbers stay in their order."""
    if old is None or new is None or old == new:
        return None
    return f"reshape{new}" if prod(old) == prod(new) else None
