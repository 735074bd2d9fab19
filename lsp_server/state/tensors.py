"""Shapes and types of new tensors: ``torch.zeros(3, 3)``, ``Parameter(…)``, ``initializer('zeros', shape)``."""

from __future__ import annotations

import math
from collections.abc import Callable

from lsp_server.inference.values import Source
from lsp_server.state import numbers, shapes, tensor_methods
from lsp_server.state.dtypes import dtype_name
from lsp_server.state.library import Arguments, value_of
from lsp_server.state.values import PLAIN, UNKNOWN, List, Tensor, Value, plain

_SIZED = {"zeros", "ones", "empty", "rand", "randn"}
_LIKE = {"zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "full_like"}
_TYPED = {"FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "LongTensor": "int64",
    "IntTensor": "int32", "ShortTensor": "int16", "ByteTensor": "uint8", "BoolTensor": "bool"}  # fmt: skip
_JOINING = {"cat", "concat", "stack", "meshgrid"}
_PACKAGES = {"torch", "mindspore.ops", "mindspore.mint"}
_ARITHMETIC = {"pow": "**", "div": "/", "divide": "/", "mul": "*", "add": "+", "sub": "-"}
_MOST = 10_000
_LINE = {"start", "end", "stop", "steps", "num", "device", "dtype"}


def create(name: str, arguments: Arguments, source: Source) -> Value:
    """The result of a function or class that makes a tensor; `UNKNOWN` if the name is none."""
    package, _, last = name.rpartition(".")
    if last == "Parameter":
        return _parameter(arguments, source, package)
    if name == "torch.nn.Buffer":
        tensor = value_of(arguments, 0, "data")
        persistent = arguments.keywords.get("persistent", True)
        found = _data(tensor)
        return Tensor("buffer", found.shape, found.dtype, persistent=persistent is not False, source=source)
    if package == "torch" and last in ("diff", "unique"):
        found = numbers.gathered(last, value_of(arguments, 0, "input")) if len(arguments.positional) == 1 else None
        if found is not None and last == "unique" and arguments.keywords == {"return_counts": True}:
            return numbers.counted(arguments.positional[0], found)
        return found if found is not None and not arguments.keywords else UNKNOWN
    if package == "torch" and last in _ARITHMETIC and len(arguments.positional) == 2 and not arguments.keywords:
        left, right = arguments.positional
        return (
            tensor_methods.arithmetic(_ARITHMETIC[last], left, right)
            if any(isinstance(x, Tensor) for x in (left, right))
            else UNKNOWN
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


def _data(value: Value) -> Tensor:
    """What a value is as a tensor, if it is one."""
    return value if isinstance(value, Tensor) else Tensor("tensor", None, None)


def _parameter(arguments: Arguments, source: Source, package: str) -> Tensor:
    value = value_of(arguments, 0, "data", "default_input")
    found = value if isinstance(value, Tensor) else (_from_literal(value, "mindspore") or _data(value))
    mindspore = package.startswith("mindspore")
    wanted = value_of(arguments, 2 if mindspore else 1, "requires_grad")
    name = value_of(arguments, 1, "name") if mindspore else None
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
        like = _data(value_of(arguments, 0, "input", "a"))
        return Tensor("tensor", like.shape, dtype or like.dtype)
    if last in _TYPED and package.startswith("torch"):
        return _constructed(arguments, _TYPED[last])
    maker = _MAKERS.get(last)
    return maker(package, arguments, dtype, floating) if maker is not None else None


def _sized(arguments: Arguments, dtype: str) -> Tensor:
    given = [value for value in arguments.positional if dtype_name(value) is None]
    types = [found for found in map(dtype_name, arguments.positional) if found is not None]
    for name in ("size", "shape"):
        if name in arguments.keywords:
            given = [arguments.keywords[name]]
    shape = shapes.size_of(given) if arguments.exact else None
    return Tensor("tensor", shape, types[0] if types else dtype)


def _constructed(arguments: Arguments, dtype: str) -> Tensor:
    """``torch.Tensor(2, 3)`` has that shape, ``torch.Tensor([1.0])`` these numbers."""
    first = arguments.positional[0] if arguments.positional else PLAIN
    if isinstance(first, Tensor):
        return Tensor("tensor", first.shape, dtype)
    if isinstance(first, (List, tuple)):
        found = _from_literal(first, "torch")
        return Tensor("tensor", found.shape if found is not None else None, dtype)
    return Tensor("tensor", shapes.size_of(arguments.positional) if arguments.exact else None, dtype)


def _full(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    value = value_of(arguments, 1, "fill_value")
    kinds: dict[type, str] = {bool: "bool", int: "int64", float: floating}
    return Tensor("tensor", shapes.shape_of(value_of(arguments, 0, "size", "shape")), dtype or kinds.get(type(value)))


def _eye(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    rows, columns = value_of(arguments, 0, "n"), value_of(arguments, 1, "m", "M")
    if dtype_name(columns) is not None:
        dtype, columns = dtype_name(columns), PLAIN
    columns = rows if columns is PLAIN or columns is None else columns
    return Tensor("tensor", shapes.shape_of((rows, columns)), dtype or floating)


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
    count = value_of(arguments, 2, "steps", "num")
    result = Tensor(
        "tensor", shapes.shape_of(50 if count is PLAIN and package == "numpy" else count), dtype or floating
    )
    start, stop = value_of(arguments, 0, "start"), value_of(arguments, 1, "end", "stop")
    if not isinstance(start, (int, float)) or not isinstance(stop, (int, float)):
        return result
    plainly = arguments.keywords.keys() <= _LINE and package in ("torch", "numpy")
    if plainly and isinstance(count, int) and 0 < count < _MOST:
        step = (stop - start) / max(count - 1, 1)
        result.values = tuple(float(start + index * step) for index in range(count))
    return result


def _randint(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    last = arguments.positional[-1] if arguments.positional else UNKNOWN
    return Tensor("tensor", shapes.shape_of(arguments.keywords.get("size", last)), dtype or "int64")


def _randperm(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    return Tensor("tensor", shapes.shape_of(value_of(arguments, 0, "n")), dtype or "int64")


def _tensor(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    """``torch.tensor(…)``, ``mindspore.Tensor(…)``, ``np.array(…)``."""
    value = value_of(arguments, 0, "data", "input_data", "object", "obj")
    given = dtype or dtype_name(value_of(arguments, 1, "dtype"))
    if value is PLAIN or value is None:
        return Tensor("tensor", shapes.shape_of(value_of(arguments, 2, "shape")), given)
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
    shape = value_of(arguments, 1, "shape")
    init = value_of(arguments, 0, "init")
    given = dtype or dtype_name(value_of(arguments, 2, "dtype"))
    if isinstance(init, Tensor):
        return Tensor("tensor", init.shape, given or init.dtype)
    return Tensor("tensor", shapes.shape_of(shape), given or "float32")


def _normal(package: str, arguments: Arguments, dtype: str | None, floating: str) -> Tensor:
    size = value_of(arguments, 2, "size", "shape")
    return Tensor("tensor", shapes.shape_of(size), dtype or floating)


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
