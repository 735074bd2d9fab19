"""What the methods of a tensor, and arithmetic with one, give: shapes, types and, of small ones, the numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from lsp_server.inference.values import Source
from lsp_server.state import numbers, shapes
from lsp_server.state.dtypes import FLOATING, dtype_name
from lsp_server.state.library import Arguments, value_of
from lsp_server.state.values import PLAIN, List, Tensor, Value

_CASTS = {"float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long": "int64",
    "int": "int32", "short": "int16", "bool": "bool"}  # fmt: skip
_SAME = {"clone", "detach", "contiguous", "cuda", "cpu", "copy", "fill_", "zero_", "normal_", "uniform_", "abs", "exp",
    "sqrt", "neg", "sin", "cos", "log", "pow", "sigmoid", "tanh", "clamp", "clip", "add_", "mul_", "div_", "sub_",
    "copy_", "asnumpy", "numpy", "init_data", "data", "round", "tril", "triu", "softmax", "triu_", "tril_",
    "trunc_normal_", "value", "normalize", "relu", "gelu", "silu", "hardswish",
    "pin_memory", "flip", "sign", "log2"}  # fmt: skip

_MOST = 10_000
_FLOAT_MAKING = {
    "log2",
    "mean",
    "exp",
    "sqrt",
    "sin",
    "cos",
    "log",
    "sigmoid",
    "tanh",
    "softmax",
    "pow",
    "clamp",
    "clip",
}


def keeps(name: str) -> bool:
    """Whether a function of that name does to its first argument what the method does."""
    return name in _SAME or name in _RESHAPING


def method(tensor: Tensor, name: str, arguments: Arguments, source: Source) -> Value:
    """The result of a tensor's method."""
    if name in ("requires_grad_",):
        tensor.trainable = not arguments.positional or arguments.positional[0] is not False
        return tensor
    if name == "size" or name == "dim":
        return _measured(tensor, name, arguments)
    if name in ("numel", "nelement"):
        return math.prod(tensor.shape) if tensor.shape is not None else PLAIN
    if name in ("split", "chunk"):
        sizes = value_of(arguments, 0, "split_size", "split_size_or_sections", "chunks")
        whole = len(arguments.positional) + len(arguments.keywords) == 1
        return shapes.parts(tensor, name, sizes, whole)
    if name in ("item", "tolist") and tensor.values is not None:
        return List([*tensor.values]) if tensor.shape else tensor.values[0]
    if name in ("max", "min") and not arguments.positional and not arguments.keywords and tensor.values:
        number = numbers.extreme(name, tensor.values)
        return Tensor("tensor", (), tensor.dtype, values=(number,) if isinstance(number, (int, float)) else None)
    if name in ("item", "tolist"):
        count = tensor.shape[0] if tensor.shape is not None and len(tensor.shape) == 1 else _MOST
        return List([PLAIN] * count) if name == "tolist" and count < _MOST else PLAIN
    if name.endswith("_") and not name.startswith("_"):
        tensor.values = None
        return tensor
    kind = "parameter" if name == "data" else "tensor"
    shape = tensor.shape if name in _SAME or name in _CASTS or name in ("to", "type", "astype") else None
    if name in ("sum", "mean") and tensor.dtype not in FLOATING:
        dtype = "int64" if name == "sum" else None
        return Tensor("tensor", shapes.reduced(tensor, arguments), dtype if tensor.dtype is not None else None)
    dtype = _CASTS.get(name) or tensor.dtype
    if name in ("to", "type", "astype"):
        given = [*arguments.positional, *arguments.keywords.values()]
        dtype = next((found for found in map(dtype_name, given) if found is not None), tensor.dtype)
    elif name in _FLOAT_MAKING and dtype not in FLOATING:
        dtype = None
    elif name in _RESHAPING:
        shape = _RESHAPING[name](tensor, arguments)
    values = numbers.each(name, tensor.values) if len(arguments.positional) < 1 else None
    return Tensor("tensor" if kind == "tensor" else kind, shape, dtype, source=source, values=values)


def _measured(tensor: Tensor, name: str, arguments: Arguments) -> Value:
    if tensor.shape is None:
        return PLAIN
    if name == "dim":
        return len(tensor.shape)
    index = arguments.positional[0] if arguments.positional else None
    if isinstance(index, int) and -len(tensor.shape) <= index < len(tensor.shape):
        return tensor.shape[index]
    return tensor.shape if index is None else PLAIN


def _reshaped(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    shape = shapes.size_of(arguments.positional)
    if shape is None or shape.count(-1) > 1:
        return None
    if -1 in shape:
        known = math.prod(size for size in shape if size != -1)
        if tensor.shape is None or known == 0:
            return None
        return tuple(math.prod(tensor.shape) // known if size == -1 else size for size in shape)
    return shape


def _unsqueezed(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    place = value_of(arguments, 0, "dim", "axis")
    if tensor.shape is None or not isinstance(place, int):
        return None
    place = place if place >= 0 else len(tensor.shape) + 1 + place
    return (*tensor.shape[:place], 1, *tensor.shape[place:])


def _transposed(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    places = [value for value in arguments.positional if isinstance(value, int)]
    if tensor.shape is None or len(places) != 2 or max(places) >= len(tensor.shape):
        return None
    sizes = list(tensor.shape)
    sizes[places[0]], sizes[places[1]] = sizes[places[1]], sizes[places[0]]
    return tuple(sizes)


def _turned(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    return tensor.shape[::-1] if tensor.shape is not None and len(tensor.shape) <= 2 else None


def _expanded(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    shape = shapes.size_of(arguments.positional)
    return shape if shape is not None and -1 not in shape else None


def _repeated(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    times = shapes.size_of(arguments.positional)
    if times is None or tensor.shape is None or len(times) < len(tensor.shape):
        return None
    padded = (1,) * (len(times) - len(tensor.shape)) + tensor.shape
    return tuple(size * count for size, count in zip(padded, times, strict=True))


_RESHAPING: dict[str, Callable[[Tensor, Arguments], tuple[int, ...] | None]] = {
    "view": _reshaped,
    "reshape": _reshaped,
    "unsqueeze": _unsqueezed,
    "expand_dims": _unsqueezed,
    "transpose": _transposed,
    "t": _turned,
    "expand": _expanded,
    "repeat": _repeated,
    "flatten": shapes.flattened,
    "ravel": shapes.flattened,
    "permute": shapes.permuted,
    "sum": shapes.reduced,
    "mean": shapes.reduced,
}


def arithmetic(sign: str, left: Value, right: Value) -> Tensor:
    """``left sign right`` with at least one tensor."""
    result = broadcast(left, right)
    types = {side.dtype for side in (left, right) if isinstance(side, Tensor)}
    is_whole = all(isinstance(number, int) for side in (left, right) for number in _numbers(side))
    result.values = numbers.arithmetic(sign, left, right, in_single="float64" not in types and not is_whole)
    if sign == "/" and result.dtype not in FLOATING:
        result.dtype = None
    return result


def _numbers(value: Value) -> tuple[float, ...]:
    known = numbers.known(value)
    return known if isinstance(known, tuple) else (known,) if known is not None else ()


def broadcast(one: Value, other: Value) -> Tensor:
    """The result of arithmetic with at least one tensor."""
    shapes = [side.shape if isinstance(side, Tensor) else () if isinstance(side, (int, float)) else None
              for side in (one, other)]  # fmt: skip
    types = [side.dtype for side in (one, other) if isinstance(side, Tensor)]
    dtype = types[0] if len(set(types)) == 1 else None
    if isinstance(one, float) or isinstance(other, float):
        dtype = dtype if dtype is not None and dtype.startswith(("float", "bfloat")) else None
    left, right = shapes
    if left is None or right is None:
        return Tensor("tensor", None, dtype)
    size = max(len(left), len(right))
    left, right = (1,) * (size - len(left)) + left, (1,) * (size - len(right)) + right
    return Tensor("tensor", tuple(max(a, b) if 0 not in (a, b) else 0 for a, b in zip(left, right, strict=True)), dtype)
