"""Gives both frameworks the same weights.

A layer's initial weights are random. Every library layer whose rule maps state is filled as it is made: its n-th
construction in a case has the same numbers on both sides, found by the torch name of each parameter or buffer.
"""

from __future__ import annotations

import functools
import importlib
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import LAYERS

Names = Mapping[str, Mapping[str, str]]
Shapes = list[tuple[str, tuple[int, ...]]]


class Counter:
    """Counts the layers of a case; what torch calls the parameters of each is remembered for the other side."""

    def __init__(self, torch_names: dict[int, Shapes]) -> None:
        self.index = 0
        self.depth = 0
        self.torch_names = torch_names


Fill = Callable[[Any, Mapping[str, str], Counter], None]


def state_names(catalog: Catalog) -> dict[str, dict[str, str]]:
    """For each layer of MindSpore that a rule maps, and for torch's own: the layer's names to torch's names, as far as
    the rule says. A layer that conversions write into the file stands here by its bare name. Layers whose state is
    given by the caller (the weights of a loss) are not among them."""
    names: dict[str, dict[str, str]] = {}
    for symbol in catalog.rules():
        rule = catalog.rule(symbol)
        if rule is None or not symbol.startswith("torch."):
            continue
        spec = catalog.state(symbol)
        owns = spec is not None and not any(entry.like for entry in spec.entries.values())
        for counterpart in rule.counterparts:
            # filling them, where an expression is about a Cell, would count every layer
            if counterpart.symbol not in LAYERS.values() and (counterpart.state or owns):
                names.setdefault(symbol, {}).update({name: name for name in counterpart.state})
                back = {new: old for old, new in counterpart.state.items() if new}
                if counterpart.state or not counterpart.define:
                    names[counterpart.symbol] = back
                for name in catalog.defined(counterpart):
                    names[name] = back
    for symbol in catalog.rules():
        # where conversions to MindSpore write a class of their own, only the way back knows the library's layer
        rule = catalog.rule(symbol) if symbol.startswith("mindspore.") and symbol not in names else None
        for counterpart in rule.counterparts if rule is not None else ():
            if counterpart.state and not counterpart.define:
                names[symbol] = {own: torch_name for own, torch_name in counterpart.state.items() if torch_name}
                names.setdefault(counterpart.symbol, {name: name for name in counterpart.state.values() if name})
            elif catalog.state(symbol) is not None and counterpart.symbol in names and not counterpart.define:
                names[symbol] = {}  # filled as one there, so as one here
    return names


def values(key: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Numbers for one parameter; variances are positive. The order of elements does not depend on the shape."""
    random = np.random.default_rng(zlib.crc32(key.encode()))
    flat = random.random(int(np.prod(shape, dtype=np.int64))) + (0.5 if key.endswith("_var") else -0.5)
    return flat.astype(np.float32).reshape(shape)


def fill_torch(layer: Any, names: Mapping[str, str], counter: Counter) -> None:
    import torch

    shapes: Shapes = []
    for name, tensor in [*layer.named_parameters(), *layer.named_buffers()]:
        if tensor.is_floating_point() and not isinstance(tensor, torch.nn.parameter.UninitializedTensorMixin):
            shapes.append((name, tuple(tensor.shape)))
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(values(f"{counter.index}.{name}", tuple(tensor.shape))))
    counter.torch_names[counter.index] = shapes


def fill_mindspore(layer: Any, names: Mapping[str, str], counter: Counter) -> None:
    """By the names that the rule gives, then by the same name, then by order among those of one shape: what a layer
    made of layers calls its parts."""
    import mindspore

    left = dict(counter.torch_names.get(counter.index, ()))
    unnamed: list[Any] = []
    for name, parameter in layer.parameters_and_names():
        # in a case that starts in MindSpore, torch comes second: a name that no rule changes stands for itself
        own = name if name in left or counter.index not in counter.torch_names else ""
        torch_name = names.get(name) or names.get(name.rpartition(".")[2]) or own
        # affine=False leaves constants that torch does not have
        if not parameter.requires_grad and not torch_name.rpartition(".")[2].startswith("running_"):
            continue
        if torch_name:
            left.pop(torch_name, None)
            _set(parameter, f"{counter.index}.{torch_name}", mindspore)
        else:
            unnamed.append(parameter)
    for parameter in unnamed:
        shape = tuple(parameter.shape)
        torch_name = next((name for name, other in left.items() if other == shape), None)
        if torch_name is not None:
            del left[torch_name]
            _set(parameter, f"{counter.index}.{torch_name}", mindspore)


def _set(parameter: Any, key: str, mindspore: Any) -> None:
    array = values(key, tuple(parameter.shape))
    parameter.set_data(mindspore.Tensor(array, parameter.dtype))


class Filler:
    """Fills every listed layer of a framework as it is made."""

    def __init__(self, names: Names, framework: str, torch_names: dict[int, Shapes]) -> None:
        self._names = names
        self._fill: Fill = fill_torch if framework == "torch" else fill_mindspore
        self._counter = Counter(torch_names)
        for symbol, mapping in names.items():
            cls = _class(symbol) if symbol.startswith(framework + ".") else None
            if cls is not None:
                _wrap(cls, mapping, self._fill, self._counter)

    def restart(self) -> None:
        """Start counting again."""
        self._counter.index = 0
        self._counter.depth = 0

    def adopt(self, module: str) -> None:
        """Fill the layers that conversions write into modules of this name as well, as soon as they are defined."""
        from mindspore.nn import Cell

        def adopted(cls: type) -> None:
            mapping = self._names.get(cls.__name__)
            if cls.__module__ == module and mapping is not None:
                _wrap(cls, mapping, self._fill, self._counter)

        Cell.__init_subclass__ = classmethod(adopted)  # pyright: ignore[reportAttributeAccessIssue]  a hook in place of ours


def _class(symbol: str) -> type | None:
    module, _, name = symbol.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
    return found if isinstance(found, type) else None


def _wrap(cls: Any, mapping: Mapping[str, str], fill: Fill, counter: Counter) -> None:
    original = cls.__init__

    @functools.wraps(original)
    def filled(self: Any, *args: Any, **kwargs: Any) -> None:
        counter.depth += 1
        try:
            original(self, *args, **kwargs)
        finally:
            counter.depth -= 1
        if counter.depth == 0:
            fill(self, mapping, counter)
            counter.index += 1

    cls.__init__ = filled
