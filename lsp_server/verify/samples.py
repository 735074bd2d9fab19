"""Writes torch's own test inputs as source: a call becomes a small module, its tensors the arguments of ``case``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Form = Literal["function", "method", "property", "in-place"]
Kind = Literal["call", "layer", "optimizer", "scheduler"]

LARGEST = 2_000_000
"""Elements of all tensors of a sample; more would be a benchmark."""


class Unwritable(Exception):
    """A sample with an argument that cannot be said in source."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A module that both frameworks run."""

    text: str
    call: str
    """The line that it is about."""
    inputs: dict[str, NDArray[Any]]
    """The arguments of ``case``, in order."""
    given: dict[str, NDArray[Any]] = field(default_factory=dict[str, NDArray[Any]])
    """Tensors that the module finds at its top."""
    kind: Kind = "call"
    gradients: bool = False
    tolerance: float = 0.0
    """What torch's own tests allow for this operator, where that is more than usual."""


class Writer:
    """Writes values as source; tensors become names."""

    def __init__(self, prefix: str = "t") -> None:
        self.arrays: dict[str, NDArray[Any]] = {}
        self._prefix = prefix
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []

    def arguments(self, args: Iterable[Any], kwargs: Mapping[str, Any]) -> list[str]:
        return [*map(self.write, args), *(f"{name}={self.write(value)}" for name, value in kwargs.items())]

    def write(self, value: Any) -> str:
        import torch

        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        if isinstance(value, np.generic):
            return self.write(value.item())
        if value is None or value is Ellipsis or isinstance(value, (bool, int, str)):
            return "..." if value is Ellipsis else repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f'float("{value}")'
        if isinstance(value, (list, tuple)):
            return self._sequence(value)
        if isinstance(value, slice):
            return f"slice({', '.join(map(self.write, (value.start, value.stop, value.step)))})"
        if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
            return str(value)
        if isinstance(value, torch.device):
            return f'torch.device("{value}")'
        raise Unwritable(f"an argument of type {type(value).__name__}")

    def _sequence(self, value: Sequence[Any]) -> str:
        items = [self.write(item) for item in value]
        if isinstance(value, list):
            return f"[{', '.join(items)}]"
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"

    def _tensor(self, value: Any) -> str:
        if id(value) in self._names:
            return self._names[id(value)]
        import torch

        if value.layout != torch.strided or value.dtype in (torch.bfloat16, torch.complex32) or value.is_complex():
            raise Unwritable(f"a tensor of {value.layout} {value.dtype}")
        try:
            array = value.detach().resolve_neg().contiguous().numpy().copy()
        except (RuntimeError, TypeError) as error:
            raise Unwritable(f"a tensor of {value.dtype}") from error
        name = f"{self._prefix}{len(self.arrays)}"
        self.arrays[name] = array
        self._names[id(value)] = name
        self._kept.append(value)  # an id is only unique among the living
        if sum(array.size for array in self.arrays.values()) > LARGEST:
            raise Unwritable("more elements than a test needs")
        return name


def call(symbol: str, form: Form, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Sample:
    """A call of a function, or of a method whose receiver is the first argument. Raises `Unwritable`."""
    writer = Writer()
    if form == "function":
        line = f"{symbol}({', '.join(writer.arguments(args, kwargs))})"
        return _module([f"return {line}"], line, writer.arrays)
    receiver = writer.write(args[0]) if args else ""
    if receiver not in writer.arrays:
        raise Unwritable("the receiver is no tensor")
    name = symbol.rpartition(".")[2]
    if name == "__getitem__":
        line = f"{receiver}[{_subscript(writer, args[1])}]"
    elif form == "property":
        line = f"{receiver}.{name}"
    else:
        line = f"{receiver}.{name}({', '.join(writer.arguments(args[1:], kwargs))})"
    if form == "in-place":
        return _module([line, f"return {receiver}"], line, writer.arrays)
    return _module([f"return {line}"], line, writer.arrays)


def layer(
    symbol: str, constructor: tuple[Sequence[Any], Mapping[str, Any]], forward: tuple[Sequence[Any], Mapping[str, Any]],
    training: bool,
) -> Sample:  # fmt: skip
    """A layer that is made at the top of the module and called in ``case``. Raises `Unwritable`."""
    given, writer = Writer("w"), Writer()
    made = f"{symbol}({', '.join(given.arguments(*constructor))})"
    called = f"net({', '.join(writer.arguments(*forward))})"
    top = [*(f"{name}: torch.Tensor" for name in given.arrays), f"net = {made}"]
    if not training:
        top.append("net.eval()")
    text = _text([f"return {called}"], writer.arrays, top)
    line = f"{made}{called.removeprefix('net')}{'' if training else ' in evaluation'}"
    return Sample(text, line, writer.arrays, given.arrays, "layer", True)


def _subscript(writer: Writer, index: Any) -> str:
    """``t[0:2, ...]``, as people write it."""
    parts = index if isinstance(index, tuple) and index else (index,)
    return ", ".join(_range(writer, part) if isinstance(part, slice) else writer.write(part) for part in parts)


def _range(writer: Writer, part: slice) -> str:
    ends = ["" if end is None else writer.write(end) for end in (part.start, part.stop)]
    return ":".join([*ends, *([] if part.step is None else [writer.write(part.step)])])


def _module(body: list[str], line: str, arrays: dict[str, NDArray[Any]]) -> Sample:
    return Sample(_text(body, arrays), line, arrays)


def _text(body: list[str], arrays: Iterable[str], top: Sequence[str] = ()) -> str:
    arguments = ", ".join(f"{name}: torch.Tensor" for name in arrays)
    before = ["", *top] if top else []
    return (
        "\n".join(["import torch", *before, "", "", f"def case({arguments}):", *(f"    {one}" for one in body)]) + "\n"
    )


def described(arrays: Mapping[str, NDArray[Any]]) -> str:
    """``t0 float32[2, 3]``: enough to make such an input again."""
    return ", ".join(f"{name} {array.dtype}{list(array.shape)}" for name, array in arrays.items())
