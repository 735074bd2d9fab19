"""Library layers from their state specifications: ``nn.Conv2d(3, 64, 3)`` to its weight and bias."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import cast

from lsp_server.catalog.catalog import Catalog, framework_of
from lsp_server.catalog.model import LAYERS, StateEntry, StateSpec
from lsp_server.inference.values import Source
from lsp_server.state import containers, formulas
from lsp_server.state.dtypes import dtype_name
from lsp_server.state.frames import Machine
from lsp_server.state.modules import copied
from lsp_server.state.values import PLAIN, UNKNOWN, Module, Symbol, Tensor, Value, is_plain, plain

_STATELESS_HOMES = ("torch.nn", "mindspore.nn", "mindspore.mint.nn")
_CONVOLUTION = re.compile(r"torch\.nn\.(?:Lazy)?Conv(?:Transpose)?(\d)d$")
_DOTTED = re.compile(r"(torch|mindspore)(\.\w+)+$")


@dataclass(slots=True)
class Arguments:
    """What a call was given."""

    positional: list[Value] = field(default_factory=list["Value"])
    keywords: dict[str, Value] = field(default_factory=dict["str", "Value"])
    exact: bool = True
    """False: there are more that are not known (``*args`` of unknown length)."""


def argument(arguments: Arguments, index: int, *names: str) -> Value:
    """An argument by name or by place; None if it was not given."""
    for name in names:
        if name in arguments.keywords:
            return arguments.keywords[name]
    if index < len(arguments.positional):
        return arguments.positional[index]
    return None if arguments.exact else UNKNOWN


def value_of(arguments: Arguments, index: int, *names: str) -> Value:
    """An argument by place or by any of its names; `PLAIN` if it was not given."""
    for name in names:
        if name in arguments.keywords:
            return arguments.keywords[name]
    if index < len(arguments.positional):
        return arguments.positional[index]
    return PLAIN if arguments.exact else UNKNOWN


def is_layer(catalog: Catalog, name: str) -> bool:
    """Whether a name is a class of modules or cells."""
    return any(catalog.is_subclass(name, root) for root in LAYERS.values())


def build(machine: Machine, name: str, arguments: Arguments, call: Source | None) -> Module:
    """A new object of a library class."""
    module = Module(framework_of(name) or "torch", name, doubt=machine.doubt)
    initialize(machine, module, name, arguments, call)
    return module


def initialize(machine: Machine, module: Module, name: str, arguments: Arguments, call: Source | None) -> None:
    """What the library's constructor does to an object."""
    _reset(machine, module)
    if name in LAYERS.values():
        return
    if containers.initialize(machine, module, name, arguments.positional, arguments.exact):
        return
    spec = _spec(machine.catalog, name)
    if spec is None:
        values = [*arguments.positional, *arguments.keywords.values()]
        stateless = name.rpartition(".")[0] in _STATELESS_HOMES and arguments.exact
        if not stateless or not all(is_plain(plain(value)) or isinstance(value, Symbol) for value in values):
            module.exact = False
        else:
            module.attributes.update(_bound(machine.catalog, name, arguments))
        return
    given = bind(machine.catalog, name, spec, arguments)
    values = everything(machine.catalog, name, spec, given, arguments.exact)
    module.call, module.arguments = call, given
    module.exact = module.exact and spec.complete
    module.attributes.update({key: value for key, value in values.items() if key in _ATTRIBUTES})
    convolution = _CONVOLUTION.match(name)
    if convolution is not None:
        for key in ("kernel_size", "stride", "padding", "dilation"):
            value = values.get(key)
            repeated = (value,) * int(convolution[1]) if isinstance(value, int) else value
            module.attributes[key] = PLAIN if repeated is UNKNOWN or repeated is None else repeated
    _Layer(machine, module, spec, values, call).fill()


def _reset(machine: Machine, module: Module) -> None:
    """Both frameworks start with empty tables whenever the root's constructor runs, a second time too."""
    if machine.certain(module):
        module.parameters.clear()
        module.buffers.clear()
        module.children.clear()
        module.transient.clear()


_ATTRIBUTES = {"in_features", "out_features", "in_channels", "out_channels", "num_features", "embedding_dim",
    "num_embeddings", "embed_dim", "num_heads", "hidden_size", "input_size", "num_layers", "num_channels",
    "num_groups", "d_model", "groups", "group", "has_bias", "bidirectional", "eps", "momentum", "affine"}  # fmt: skip


def _spec(catalog: Catalog, name: str) -> StateSpec | None:
    """The specification of a class or of its nearest base that has one."""
    for cls in catalog.lineage(name):
        spec = catalog.state(cls)
        if spec is not None:
            return spec
    return None


def signature(catalog: Catalog, name: str, spec: StateSpec) -> dict[str, str | None]:
    """Constructor parameters with their defaults as source."""
    if spec.signature:
        return {parameter: default or None for parameter, default in spec.signature.items()}
    symbol = catalog.symbol(name)
    for found in symbol.signatures if symbol is not None else ():
        if not any(parameter.kind.startswith("var-") for parameter in found.parameters):
            return {parameter.name: parameter.default for parameter in found.parameters}
    return {}


def _bound(catalog: Catalog, name: str, arguments: Arguments) -> dict[str, Value]:
    """The arguments that a layer without state was written with, by parameter."""
    if not name.startswith("torch.nn.") or not (arguments.positional or arguments.keywords):
        return {}
    symbol = catalog.symbol(name)
    parameters = symbol.signatures[0].parameters if symbol is not None and symbol.signatures else ()
    names = [parameter.name for parameter in parameters]
    return dict(zip(names, arguments.positional, strict=False)) | arguments.keywords


def bind(catalog: Catalog, name: str, spec: StateSpec, arguments: Arguments) -> dict[str, Value]:
    """The arguments that were written, by parameter."""
    parameters = list(signature(catalog, name, spec))
    bound: dict[str, Value] = dict(zip(parameters, arguments.positional, strict=False))
    return bound | arguments.keywords


def everything(
    catalog: Catalog, name: str, spec: StateSpec, given: Mapping[str, Value], exact: bool = True
) -> dict[str, Value]:
    """All arguments, with defaults for those that were not written; numbers repeated where a tuple is meant."""
    values: dict[str, Value] = {}
    for parameter, default in signature(catalog, name, spec).items():
        if parameter in given:
            values[parameter] = plain(given[parameter])
        elif exact and default is not None:
            values[parameter] = literal(default)
        else:
            values[parameter] = UNKNOWN
    for parameter, rank in spec.spread.items():
        value = values.get(parameter)
        if isinstance(value, (int, float)):
            values[parameter] = (value,) * rank
    return values


def literal(text: str) -> Value:
    """A default, written as source."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return Symbol(text) if _DOTTED.match(text) else PLAIN
    return _literal(value)


def _literal(value: object) -> Value:
    if isinstance(value, tuple):
        return tuple(_literal(item) for item in cast("tuple[object, ...]", value))
    return value if value is None or isinstance(value, (bool, int, float, str)) else PLAIN


class _Layer:
    def __init__(
        self, machine: Machine, module: Module, spec: StateSpec, values: dict[str, Value], call: Source | None
    ) -> None:
        self.machine = machine
        self.module = module
        self.spec = spec
        self.values = values
        self.call = call

    def fill(self) -> None:
        repetitions = self.repetitions()
        for name, entry, values in self.entries(repetitions):
            self.add(name, entry, values)
        self.module.owned = frozenset((*self.module.parameters, *self.module.buffers))
        for name, expression in self.spec.children.items():
            for values in repetitions if "{" in name else [self.values]:
                self.add_child(_filled(name, values), expression, values, again="{" in name)

    def repetitions(self) -> list[dict[str, Value]]:
        """The arguments, extended by the variables of each repetition."""
        if not self.spec.repeat:
            return [self.values]
        try:
            ranges = [formulas.evaluate(text, self.values) for text in self.spec.repeat.values()]
        except formulas.Unresolved:
            self.module.exact = False
            return []
        known = [found for found in ranges if isinstance(found, tuple)]
        return [self.values | dict(zip(self.spec.repeat, combination, strict=True)) for combination in product(*known)]

    def entries(self, repetitions: list[dict[str, Value]]) -> Iterator[tuple[str, StateEntry, dict[str, Value]]]:
        items = list(self.spec.entries.items())
        if not self.spec.repeat:
            yield from ((name, entry, self.values) for name, entry in items)
        elif self.spec.each:
            yield from ((_filled(name, values), entry, values) for name, entry in items for values in repetitions)
        else:
            yield from ((_filled(name, values), entry, values) for values in repetitions for name, entry in items)

    def add(self, name: str, entry: StateEntry, values: dict[str, Value]) -> None:
        tensor = self.like(entry, values) if entry.like else self.made(entry, values)
        if isinstance(tensor, Tensor):
            tensor.source = self.call or tensor.source
        table = self.module.parameters if entry.kind == "parameter" else self.module.buffers
        if tensor is UNKNOWN:
            self.module.exact = False
            return
        table[name] = tensor if isinstance(tensor, Tensor) else None
        if entry.kind == "buffer" and not entry.persistent:
            self.module.transient.add(name)

    def like(self, entry: StateEntry, values: dict[str, Value]) -> Value:
        value = values.get(entry.like, UNKNOWN)
        if isinstance(value, Tensor):
            return Tensor(entry.kind, value.shape, value.dtype, entry.kind == "parameter" and entry.trainable)
        return None if value is None else UNKNOWN

    def made(self, entry: StateEntry, values: dict[str, Value]) -> Value:
        try:
            if entry.when and not formulas.holds(entry.when, values):
                return None
            frozen = bool(entry.frozen) and formulas.holds(entry.frozen, values)
        except formulas.Unresolved:
            return UNKNOWN
        dtype = entry.dtype
        wanted = values.get("dtype")
        if dtype == "float32" and wanted is not None:
            found = dtype_name(wanted)
            dtype = found or ""
        trainable = entry.kind == "parameter" and entry.trainable and not frozen
        return Tensor(entry.kind, formulas.sizes(entry.shape, values), dtype or None, trainable)

    def add_child(self, name: str, expression: str, values: dict[str, Value], again: bool) -> None:
        try:
            child = formulas.evaluate(expression, values, self.construct)
        except formulas.Unresolved:
            self.module.exact = False
            return
        if isinstance(child, Module):
            *holders, last = name.split(".")
            owner = self.module
            for holder in holders:
                found = owner.children.get(holder)
                if found is None:
                    found = Module(owner.framework, containers.LISTS[owner.framework], doubt=self.machine.doubt)
                    owner.children[holder] = found
                owner = found
            copy = copied(self.machine, child) if again else child
            owner.children[last] = copy if isinstance(copy, Module) else None

    def construct(self, name: str, positional: list[Value], keywords: dict[str, Value]) -> Value:
        return build(self.machine, name, Arguments(positional, keywords), self.call)


def _filled(name: str, values: Mapping[str, Value]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: str(values.get(match[1], "")), name)
