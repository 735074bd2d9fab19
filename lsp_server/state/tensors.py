"""Shapes and types of new tensors: ``torch.zeros(3, 3)``, ``Parameter(…)``, ``initializer('zeros', shape)``."""

from __future__ import annotations

import math
from collections.abc import Callable

from lsp_server.inference.values import Source
from lsp_server.state import numbers, shapes
from lsp_server.state.dtypes import FLOATING, dtype_name
from lsp_server.state.library import Arguments
from lsp_server.state.values import PLAIN, UNKNOWN, List, Tensor, Value, plain

_SIZED = {"zeros", "ones", "empty", "rand", "randn"}
_LIKE = {"zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "full_like"}
_TYPED = {"FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "LongTensor": "int64",
    "IntTensor": "int32", "ShortTensor": "int16", "ByteTensor": "uint8", "BoolTensor": "bool"}  # fmt: skip
_CASTS = {"float": "float32", "double": "float64", "half": "float16", "bfloat16": "bfloat16", "long": "int64",
    "int": "int32", "short": "int16", "bool": "bool"}  # fmt: skip
_SAME = {"clone", "detach", "contiguous", "cuda", "cpu", "copy", "fill_", "zero_", "normal_", "uniform_", "abs", "exp",
    "sqrt", "neg", "sin", "cos", "log", "pow", "sigmoid", "tanh", "clamp", "clip", "add_", "mul_", "div_", "sub_",
    "copy_", "asnumpy", "numpy", "init_data", "data", "round", "tril", "triu", "softmax", "triu_", "tril_",
    "trunc_normal_", "value", "pin_memory", "flip", "sign", "log2"}  # fmt: skip

_JOINING = {"cat", "concat", "stack", "meshgrid"}
_PACKAGES = {"torch", "mindspore.ops", "mindspore.mint"}
_ARITHMETIC = {"pow": "**", "div": "/", "divide": "/", "mul": "*", "add": "+", "sub": "-"}
_MOST = 10_000
_LINE = {"start", "end", "stop", "steps", "num", "device", "dtype"}
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


def create(name: str, arguments: Arguments, source: Source) -> Value:
    """The result of a function or class that makes a tensor; `UNKNOWN` if the name is none."""
    package, _, last = name.rpartition(".")
    if last == "Parameter":
        return _parameter(arguments, source, package)
    if name == "torch.nn.Buffer":
        tensor = _of(arguments, 0, "data")
        persistent = arguments.keywords.get("persistent", True)
        found = _data(tensor)
        return Tensor("buffer", found.shape, found.dtype, persistent=persistent is not False, source=source)
    if package == "torch" and last in ("diff", "unique"):
        found = numbers.gathered(last, _of(arguments, 0, "input")) if len(arguments.positional) == 1 else None
        if found is not None and last == "unique" and arguments.keywords == {"return_counts": True}:
            return numbers.counted(arguments.positional[0], found)
        return found if found is not None and not arguments.keywords else UNKNOWN
    if package == "torch" and last in _ARITHMETIC and len(arguments.positional) == 2 and not arguments.keywords:
        left, right = arguments.positional
        return (
            arithmetic(_ARITHMETIC[last], left, right) if any(isinstance(x, Tensor) for x in (left, right)) else UNKNOWN
        )
    if last in _JOINING and package in _PACKAGES:
        return shapes.grid(arguments) if last == "meshgrid" else shapes.joined(last, arguments)
    result = _new(package, last, arguments)
    if result is not None:
        result.source = source
        wanted = arguments.keywords.get("requires_grad")
        result.trainable = wanted is True
        return result
    return UNKNOWN


def _of(arguments: Arguments, index: int, *names: str) -> Value:
    """An argument by place or by any of its names; `PLAIN` if it was not given."""
    for name in names:
        if name in arguments.keywords:
            return arguments.keywords[name]
    if index < len(arguments.positional):
        return arguments.positional[index]
    return PLAIN if arguments.exact else UNKNOWN


def _data(value: Value) -> Tensor:
    """What a value is as a tensor, if it is one."""
    return value if isinstance(value, Tensor) else Tensor("tensor", None, None)


def _parameter(arguments: Arguments, source: Source, package: str) -> Tensor:
    value = _of(arguments, 0, "data", "default_input")
    found = value if isinstance(value, Tensor) else (_from_literal(value, "mindspore") or _data(value))
    mindspore = package.startswith("mindspore")
    wanted = _of(arguments, 2 if mindspore else 1, "requires_grad")
    name = _of(arguments, 1, "name") if mindspore else None
    return Tensor(
        "parameter",
        found.shape,
        found.dtype if isinstance(value, Tensor) else None,
        wanted is not False,
        source=source,
        name=name if isinstance(name, str) else None,
    )


def _new(package: str, last: str, arguments: Arguments) -> Tensor | None:
    dtype = dtype_name(arguments.keywords.get("dtype", PLAIN))
    floating = "float64" if package.startswith("numpy") else "float32"
    if last in _SIZED:
        return _sized(arguments, dtype or floating)
    if last in _LIKE:
        like = _data(_of(arguments, 0, "input", "a"))
        return Tensor("tensor", like.shape, dtype or like.dtype)
    if last in _TYPED and package.startswith("torch"):
        return _constructed(arguments, _TYPED[last])
    maker = _MAKERS.get(last)
    return maker(package, arguments, dtype, floating) if maker is not None else None


def shape_of(value: Value) -> tuple[int, ...] | None:
    """A number, tuple or list as a shape."""
    value = plain(value)
    if isinstance(value, int):
        return (value,)
    if isinstance(value, tuple):
        sizes = [size for size in value if isinstance(size, int)]
        return tuple(sizes) if len(sizes) == len(value) else None
    return None


def _size(values: list[Value]) -> tuple[int, ...] | None:
    """``(2, 3)`` and ``((2, 3),)``."""
    if len(values) == 1:
        return shape_of(values[0])
    return shape_of(tuple(values))


def _sized(arguments: Arguments, dtype: str) -> Tensor:
    given = [value for value in arguments.positional if dtype_name(value) is None]
    types = [found for found in map(dtype_name, arguments.positional) if found is not None]
    for name in ("size", "shape"):
        if name in arguments.keywords:
            given = [arguments.keywords[name]]
    shape = _size(given) if arguments.exact else None
    return Tensor("tensor", shape, types[0] if types else dtype)


def _constructed(arguments: Arguments, dtype: str) -> Tensor:
    """``torch.Tensor(2, 3)`` has that shape, ``torch.Tensor([1.0])`` these numbers."""
    first = arguments.positional[0] if arguments.positional else PLAIN
    if isinstance(first, Tensor):
        return Tensor("tensor", first.shape, dtype)
    if isinstance(first, (List, tuple)):
        found = _from_literal(first, "torch")
        return Tensor("tensor", found.shape if found is not None else None, dtype)
    return Tensor("tensor", _size(arguments.positional) if arguments.exact else None, dtype)


def _full(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    value = _of(arguments, 1, "fill_value")
    kinds: dict[type, str] = {bool: "bool", int: "int64", float: floating}
    return Tensor("tensor", shape_of(_of(arguments, 0, "size", "shape")), dtype or kinds.get(type(value)))


def _eye(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    rows, columns = _of(arguments, 0, "n"), _of(arguments, 1, "m", "M")
    if dtype_name(columns) is not None:
        dtype, columns = dtype_name(columns), PLAIN
    columns = rows if columns is PLAIN or columns is None else columns
    return Tensor("tensor", shape_of((rows, columns)), dtype or floating)


def _arange(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    names = ("start", "end", "step")
    given = [arguments.keywords[name] for name in names if name in arguments.keywords]
    bounds = [value for value in [*arguments.positional, *given] if isinstance(value, (int, float))]
    if not arguments.exact or len(bounds) != len(arguments.positional) + len(given) or not 1 <= len(bounds) <= 3:
        return Tensor("tensor", None, dtype)
    start, stop, step = (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]
    count = max(0, math.ceil((stop - start) / step)) if step else None
    whole = all(isinstance(bound, int) for bound in bounds)
    values = tuple(start + index * step for index in range(count)) if whole and count and count < _MOST else None
    shape = (count,) if count is not None else None
    return Tensor("tensor", shape, dtype or ("int64" if whole else floating), values=values)


def _linspace(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    count = _of(arguments, 2, "steps", "num")
    result = Tensor("tensor", shape_of(50 if count is PLAIN and package == "numpy" else count), dtype or floating)
    start, stop = _of(arguments, 0, "start"), _of(arguments, 1, "end", "stop")
    if not isinstance(start, (int, float)) or not isinstance(stop, (int, float)):
        return result
    plainly = arguments.keywords.keys() <= _LINE and package in ("torch", "numpy")
    if plainly and isinstance(count, int) and 0 < count < _MOST:
        step = (stop - start) / max(count - 1, 1)
        result.values = tuple(float(start + index * step) for index in range(count))
    return result


def _randint(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    last = arguments.positional[-1] if arguments.positional else UNKNOWN
    return Tensor("tensor", shape_of(arguments.keywords.get("size", last)), dtype or "int64")


def _randperm(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    return Tensor("tensor", shape_of(_of(arguments, 0, "n")), dtype or "int64")


def _tensor(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    """``torch.tensor(…)``, ``mindspore.Tensor(…)``, ``np.array(…)``."""
    value = _of(arguments, 0, "data", "input_data", "object", "obj")
    given = dtype or dtype_name(_of(arguments, 1, "dtype"))
    if value is PLAIN or value is None:
        return Tensor("tensor", shape_of(_of(arguments, 2, "shape")), given)
    found = value if isinstance(value, Tensor) else _from_literal(value, package)
    if found is None:
        return Tensor("tensor", None, given)
    return Tensor("tensor", found.shape, given or found.dtype, values=numbers.written(plain(value)))


def _tensor_class(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    """``torch.Tensor(…)`` takes sizes or floats; MindSpore's takes anything."""
    if package == "torch":
        return _constructed(arguments, "float32")
    return _tensor(package, arguments, dtype, floating)


def _from_literal(value: Value, package: str) -> Tensor | None:
    """A number or nested lists of numbers."""
    shape: list[int] = []
    current = plain(value)
    kinds: set[type] = set()
    while isinstance(current, tuple):
        shape.append(len(current))
        if not current:
            return Tensor("tensor", tuple(shape), "float64" if package == "numpy" else "float32")
        kinds |= {type(item) for item in current}
        if isinstance(current[0], tuple) and any(
            not isinstance(item, tuple) or len(item) != len(current[0]) for item in current
        ):
            return None
        if isinstance(current[0], tuple):
            kinds |= {type(part) for item in current if isinstance(item, tuple) for part in item}
        current = current[0]
    kinds.add(type(current))
    kinds.discard(tuple)
    if not kinds <= {bool, int, float}:
        return Tensor("tensor", tuple(shape), None) if shape and kinds <= {bool, int, float, type(PLAIN)} else None
    floating = "float64" if package == "numpy" else "float32"
    return Tensor("tensor", tuple(shape), floating if float in kinds else "int64" if int in kinds else "bool")


def _initializer(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    shape = _of(arguments, 1, "shape")
    init = _of(arguments, 0, "init")
    given = dtype or dtype_name(_of(arguments, 2, "dtype"))
    if isinstance(init, Tensor):
        return Tensor("tensor", init.shape, given or init.dtype)
    return Tensor("tensor", shape_of(shape), given or "float32")


def _normal(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    size = _of(arguments, 2, "size", "shape")
    return Tensor("tensor", shape_of(size), dtype or floating)


_Maker = Callable[[str, Arguments, "str | None", str], Tensor]
_MAKERS: dict[str, _Maker] = {
    "full": _full,
    "eye": _eye,
    "arange": _arange,
    "linspace": _linspace,
    "logspace": _linspace,
    "randint": _randint,
    "randperm": _randperm,
    "tensor": _tensor,
    "Tensor": _tensor_class,
    "as_tensor": _tensor,
    "from_numpy": _tensor,
    "array": _tensor,
    "asarray": _tensor,
    "initializer": _initializer,
    "normal": _normal,
    "uniform": _normal,
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
        sizes = _of(arguments, 0, "split_size", "split_size_or_sections", "chunks")
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
    shape = _size(arguments.positional)
    if shape is None or shape.count(-1) > 1:
        return None
    if -1 in shape:
        known = math.prod(size for size in shape if size != -1)
        if tensor.shape is None or known == 0:
            return None
        return tuple(math.prod(tensor.shape) // known if size == -1 else size for size in shape)
    return shape


def _unsqueezed(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    place = _of(arguments, 0, "dim", "axis")
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
    shape = _size(arguments.positional)
    return shape if shape is not None and -1 not in shape else None


def _repeated(tensor: Tensor, arguments: Arguments) -> tuple[int, ...] | None:
    times = _size(arguments.positional)
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
    result.values = numbers.arithmetic(sign, left, right)
    if sign == "/" and result.dtype not in FLOATING:
        result.dtype = None
    return result


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
