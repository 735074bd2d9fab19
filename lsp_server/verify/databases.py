"""Torch's own test inputs, by the public symbol that they are inputs of.

They are part of the installed torch: the databases of operators, modules and optimizers of ``torch.testing._internal``.
"""

from __future__ import annotations

import inspect
import random
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np

from lsp_server.catalog.catalog import Catalog
from lsp_server.verify import optimizers, samples
from lsp_server.verify.samples import Form, Sample, Unwritable

Database = Literal["operators", "modules", "optimizers"]
Made = Literal["function", "method", "in-place", "layer", "optimizer", "scheduler"]

CAP = 40
"""Samples of one symbol in one form, spread over the whole list."""
INTEGERS = 8
"""How many of them are int64 where the operator takes that: silent differences of dtype live there."""
ALIAS_CAP = 10
"""Samples of a documented alias: it is the same function."""

_ORDERS = {
    "einsum": (1, 0),
    "nn.functional.embedding": (1, 0),
    "polygamma": (1, 0),
    "special.polygamma": (1, 0),
    "where": (1, 0, 2),
}
"""Operators whose inputs begin with what is differentiated: the places of the function's own arguments among them."""

T = TypeVar("T")


@dataclass(slots=True)
class Source:
    """Where samples of a symbol come from."""

    info: Any
    made: Made
    form: Form = "function"
    alias: bool = False


@dataclass(slots=True)
class Written:
    """The samples of a symbol in one form, and how many could not be written as source."""

    made: Made
    samples: list[Sample] = field(default_factory=list[Sample])
    unwritten: int = 0


class Databases:
    """The entries of torch's databases and the symbols that they stand for."""

    def __init__(self, catalog: Catalog) -> None:
        from torch.testing._internal.common_methods_invocations import op_db
        from torch.testing._internal.common_modules import module_db
        from torch.testing._internal.common_optimizers import optim_db

        self._catalog = catalog
        self._sources: dict[str, list[Source]] = {}
        self.entries: dict[Database, list[tuple[str, ...]]] = {"operators": [], "modules": [], "optimizers": []}
        """For each entry the public symbols that it stands for; none if it is private."""
        for info in op_db:
            self.entries["operators"].append(self._add(_operator_names(info), info))
        for info in module_db:
            self.entries["modules"].append(self._add([(f"torch.{info.name}", Source(info, "layer"))], info))
        for info in optim_db:
            name = f"torch.optim.{info.optim_cls.__name__}"
            self.entries["optimizers"].append(self._add([(name, Source(info, "optimizer"))], info))
        for name in optimizers.SCHEDULERS:
            self._add([(f"torch.optim.lr_scheduler.{name}", Source(name, "scheduler"))], name)

    def symbols(self) -> Iterable[str]:
        return self._sources.keys()

    def written(self, symbol: str) -> Iterator[Written]:
        """The samples of a symbol, form by form. The same ones in every run."""
        by_form: dict[Made, list[Source]] = {}
        for source in self._sources.get(symbol, []):
            by_form.setdefault(source.made, []).append(source)
        for made, sources in by_form.items():
            cap = ALIAS_CAP if all(source.alias for source in sources) else CAP
            written = Written(made)
            for source in sources:
                room = max(1, cap // len(sources))
                for make in _makers(symbol, source, room):
                    try:
                        written.samples.append(make())
                    except Unwritable:
                        written.unwritten += 1
            yield written

    def _add(self, names: Iterable[tuple[str, Source]], info: Any) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name, source in names:
            symbol = self._catalog.canonical(name)
            if symbol is None or (symbol, source.made) in {(one, source.made) for one in found}:
                continue
            entry = self._catalog.symbol(symbol)
            if source.form == "function" and source.made == "function" and (entry is None or entry.kind != "function"):
                continue  # torch.float is a dtype, and the operator of that name the method
            if source.form == "method" and entry is not None and entry.kind in ("property", "attribute"):
                source.form = "property"
            found[symbol] = None
            self._sources.setdefault(symbol, []).append(source)
        return tuple(found)


def _operator_names(info: Any) -> Iterator[tuple[str, Source]]:
    names = [(info.name, False), *((alias.name, True) for alias in info.aliases or ())]
    for name, alias in names:
        yield f"torch.{name}", Source(info, "function", "function", alias)
        yield f"torch.Tensor.{name}", Source(info, "method", "method", alias)
        yield f"torch.Tensor.{name}_", Source(info, "in-place", "in-place", alias)


def _makers(symbol: str, source: Source, room: int) -> Iterator[Any]:
    """Functions that write one sample each."""
    info = source.info
    if source.made == "scheduler":
        for sample in optimizers.scheduler_samples(info):
            yield lambda sample=sample: sample
    elif source.made == "optimizer":
        for one in _spread(info.optim_inputs_func(device="cpu"), room):
            yield lambda one=one: optimizers.optimizer_sample(symbol, one.kwargs)
    elif source.made == "layer":
        for one, training in _module_inputs(info, room):
            constructor, forward = one.constructor_input, one.forward_input
            yield lambda constructor=constructor, forward=forward, training=training: _layer(
                symbol, info, constructor, forward, training
            )
    else:
        tolerance = _tolerance(info)
        gradients = symbol.startswith("torch.nn.functional.") and bool(info.supports_autograd)
        for one in _operator_inputs(info, room):
            yield lambda one=one: _call(symbol, info.name, source.form, one, gradients, tolerance)


def _call(symbol: str, name: str, form: Form, one: Any, gradients: bool, tolerance: float) -> Sample:
    args = (one.input, *one.args)
    order = _ORDERS.get(name, ()) if form == "function" else ()
    args = (*(args[place] for place in order), *args[len(order) :])
    sample = samples.call(symbol, form, args, one.kwargs)
    floats = all(array.dtype == np.float32 for array in list(sample.inputs.values())[:1])
    return Sample(sample.text, sample.call, sample.inputs, gradients=gradients and floats, tolerance=tolerance)


def _layer(symbol: str, info: Any, constructor: Any, forward: Any, training: bool) -> Sample:
    if forward is None:
        raise Unwritable("it is not called")
    called = _positional(info.module_cls.forward, forward.args, forward.kwargs)
    return samples.layer(symbol, (constructor.args, constructor.kwargs), called, training)


def _positional(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The tensors of a call by position, as people call layers: the names belong to ``forward``, which nobody calls."""
    found, rest = list(args), dict(kwargs)
    for name in list(inspect.signature(function).parameters)[1 + len(found) :]:
        if name not in rest:
            break
        found.append(rest.pop(name))
    return found, rest


def _operator_inputs(info: Any, room: int) -> list[Any]:
    import torch

    floats, integers = (_made(info, dtype) if dtype in info.dtypes else [] for dtype in (torch.float32, torch.int64))
    few = _spread(integers, min(INTEGERS, room // 4) if floats else room)
    return [*_spread(floats, room - len(few)), *few]


_MADE: dict[tuple[int, str], list[Any]] = {}
"""The inputs made last: the forms of one operator share them."""


def _made(info: Any, dtype: Any) -> list[Any]:
    key = (id(info), str(dtype))
    if key not in _MADE:
        if len(_MADE) >= 8:
            _MADE.clear()
        _seed()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                _MADE[key] = list(info.sample_inputs("cpu", dtype, requires_grad=False))
            except Exception:
                _MADE[key] = []  # some generators need what a CPU build does not have
    return _MADE[key]


def _module_inputs(info: Any, room: int) -> list[tuple[Any, bool]]:
    import torch

    def inputs(training: bool, most: int) -> list[tuple[Any, bool]]:
        _seed()
        made = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=False, training=training)
        return [(one, training) for one in _spread(list(made), most)]

    if info.train_and_eval_differ:
        return [*inputs(True, room * 2 // 3), *inputs(False, room // 3)]
    return inputs(True, room)


def _seed() -> None:
    import torch

    torch.manual_seed(0)
    np.random.seed(0)  # torch's generators use the global one
    random.seed(0)


def _spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many, evenly spread over the list, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    if most <= 1:
        return list(items[:most])
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


def _tolerance(info: Any) -> float:
    """What torch's own tests of values allow on the CPU in float32; 1e-3 at most."""
    import torch
    from torch.testing._internal.common_device_type import toleranceOverride

    most = 0.0
    for decorator in info.decorators or ():
        where = (getattr(decorator, "cls_name", None), getattr(decorator, "device_type", None))
        if where[0] not in (None, "TestCommon", "TestUnaryUfuncs", "TestBinaryUfuncs") or where[1] not in (None, "cpu"):
            continue
        for one in getattr(decorator, "decorators", (decorator,)):
            allowed = one.d.get(torch.float32) if isinstance(one, toleranceOverride) else None
            if allowed is not None:
                most = max(most, allowed.atol, allowed.rtol)
    return min(most, 1e-3)
