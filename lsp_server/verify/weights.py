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

Fill = Callable[[Any, Mapping[str, str], int], None]


def state_names(catalog: Catalog) -> dict[str, dict[str, str]]:
    """For each layer of MindSpore that a rule maps, and for torch's own: the layer's names to torch's names."""
    names: dict[str, dict[str, str]] = {}
    for symbol in catalog.rules():
        rule = catalog.rule(symbol)
        if rule is None or not symbol.startswith("torch."):
            continue
        for counterpart in rule.counterparts:
            if counterpart.state:
                names[symbol] = {name: name for name in counterpart.state}
                names[counterpart.symbol] = {new: old for old, new in counterpart.state.items() if new}
    return names


def values(key: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Numbers for one parameter; variances are positive. The order of elements does not depend on the shape."""
    random = np.random.default_rng(zlib.crc32(key.encode()))
    flat = random.random(int(np.prod(shape, dtype=np.int64))) + (0.5 if key.endswith("_var") else -0.5)
    return flat.astype(np.float32).reshape(shape)


def fill_torch(layer: Any, names: Mapping[str, str], index: int) -> None:
    import torch

    for name, tensor in [*layer.named_parameters(), *layer.named_buffers()]:
        if name in names and tensor.is_floating_point():
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(values(f"{index}.{name}", tuple(tensor.shape))))


def fill_mindspore(layer: Any, names: Mapping[str, str], index: int) -> None:
    import mindspore

    for name, parameter in layer.parameters_and_names():
        torch_name = names.get(name) or names.get(name.rpartition(".")[2])
        # affine=False leaves constants that torch does not have
        if torch_name and (parameter.requires_grad or torch_name.startswith("running_")):
            array = values(f"{index}.{torch_name}", tuple(parameter.shape))
            parameter.set_data(mindspore.Tensor(array, parameter.dtype))


def install(names: Mapping[str, Mapping[str, str]], framework: str) -> Callable[[], None]:
    """Fill every listed layer of a framework as it is made. Gives a function that starts counting again."""
    fill: Fill = fill_torch if framework == "torch" else fill_mindspore
    state = {"index": 0, "depth": 0}
    for symbol, mapping in names.items():
        cls = _class(symbol) if symbol.startswith(framework + ".") else None
        if cls is not None:
            _wrap(cls, mapping, fill, state)

    def restart() -> None:
        state["index"] = 0
        state["depth"] = 0

    return restart


def _class(symbol: str) -> type | None:
    module, _, name = symbol.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
    return found if isinstance(found, type) else None


def _wrap(cls: Any, mapping: Mapping[str, str], fill: Fill, state: dict[str, int]) -> None:
    original = cls.__init__

    @functools.wraps(original)
    def filled(self: Any, *args: Any, **kwargs: Any) -> None:
        state["depth"] += 1
        try:
            original(self, *args, **kwargs)
        finally:
            state["depth"] -= 1
        if state["depth"] == 0:
            fill(self, mapping, state["index"])
            state["index"] += 1

    cls.__init__ = filled
