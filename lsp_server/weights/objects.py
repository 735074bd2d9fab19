"""What stands for the objects of a torch file: names that may be called, storages, tensors. All of it is inert.

The names are those that ``torch.load(weights_only=True)`` allows (``_get_allowed_globals`` of
``torch/_weights_only_unpickler.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, cast

import msgspec

from lsp_server.messages import Message
from lsp_server.messages import weights as messages
from lsp_server.weights.dtypes import DTYPES, OF_STORAGE, DType
from lsp_server.weights.refused import Refused


class Named(msgspec.Struct, frozen=True):
    """A name that the pickle mentions, with its module."""

    name: str


class Storage(msgspec.Struct, frozen=True):
    """Where the numbers of tensors lie."""

    key: str
    dtype: DType | None
    """None: a type of its own (quantized)."""
    count: int
    """Elements; of an untyped storage, bytes."""
    offset: int = 0
    """Elements that are left out at the start, of a view."""


class Tensor(msgspec.Struct):
    """A view of a storage."""

    storage: Storage | None = None
    dtype: DType | None = None
    offset: int = 0
    shape: tuple[int, ...] = ()
    strides: tuple[int, ...] = ()
    problem: Message | None = None
    """Why nobody can read it as plain numbers."""


class Opaque(msgspec.Struct):
    """Something that no weight depends on: a device, a layout."""


UNTYPED = DType("untyped", 1)
_SCALARS = (str, bytes, int, float, bool, type(None))
_CLASSES = {f"torch.{one.storage.replace('Storage', 'Tensor')}" for one in DTYPES.values() if one.storage} | {
    "torch.Tensor",
    "torch.nn.parameter.Parameter",
}
_STORAGES = {*OF_STORAGE, "UntypedStorage", "TypedStorage"} | {
    f"{name}Storage" for name in ("QInt8", "QUInt8", "QInt32", "QUInt4x2", "QUInt2x4")
}
_INERT = {
    "torch.device",
    "torch.serialization._get_layout",
    "builtins.bytearray",
    "builtins.set",
    "builtins.complex",
    "__builtin__.bytearray",
    "__builtin__.set",
    "__builtin__.complex",
    "_codecs.encode",
    *(f"torch.per_{one}" for one in ("tensor_affine", "tensor_symmetric", "channel_affine", "channel_symmetric")),
    "torch.per_channel_affine_float_qparams",
    *(f"torch.{kind}{bits}" for kind in ("int", "uint") for bits in range(1, 8)),
    *(
        f"torch.{name}"
        for name in ("quint8", "qint8", "qint32", "quint4x2", "quint2x4", "complex32", "bits8", "bits16")
    ),
}


def named(module: str, name: str) -> Named:
    """A name of the pickle; raises for one that nothing in a file of weights needs."""
    full = f"{module}.{name}"
    allowed = (
        full in _CALLS
        or full in _CLASSES
        or full in _INERT
        or (module == "torch" and name in DTYPES)
        or (module in ("torch", "torch.storage", "torch.cuda") and name in _STORAGES)
    )
    if not allowed:
        raise Refused(messages.NOT_ALLOWED, name=full)
    return Named(full)


def storage_type(value: object) -> DType | None:
    """The element type of a class of storages; None for those that hold no plain numbers."""
    name = value.name.rpartition(".")[2] if isinstance(value, Named) else ""
    return UNTYPED if name == "UntypedStorage" else OF_STORAGE.get(name)


def called(function: object, arguments: tuple[Any, ...]) -> object:
    """What a call gives."""
    name = function.name if isinstance(function, Named) else ""
    if name in _CALLS:
        return _CALLS[name](*arguments)
    if name in _CLASSES:
        return made(function, arguments)
    if name in _INERT:
        return Opaque()
    raise Refused(messages.NOT_ALLOWED, name=name or type(function).__name__)


def made(cls: object, arguments: tuple[Any, ...]) -> object:
    """A new object of a class."""
    name = cls.name if isinstance(cls, Named) else ""
    if name == "collections.OrderedDict":
        return _ordered(*arguments)
    if name not in _CLASSES:
        raise Refused(messages.NOT_ALLOWED, name=name or type(cls).__name__)
    first = arguments[0] if arguments else None
    return first if isinstance(first, Tensor) else Tensor()


def built(target: object, state: object) -> object:
    """What ``__setstate__`` does: sets a tensor of the oldest files; the metadata of a dictionary is left out."""
    if isinstance(target, Tensor):
        items = cast("tuple[Any, ...]", state) if isinstance(state, tuple) else ()
        if items and isinstance(items[0], Tensor):
            return items[0]  # an old Parameter: its tensor, requires_grad, hooks
        return _tensor(*items[:4]) if items and isinstance(items[0], Storage) else target
    if isinstance(target, dict):
        return cast("dict[Any, Any]", target)
    raise Refused(messages.NOT_ALLOWED, name=type(target).__name__)


def flat_key(value: object) -> Hashable:
    """Only what is flat: tuples of tuples of one tuple can take forever to hash."""
    flat = cast("tuple[object, ...]", value) if type(value) is tuple else (value,)
    if not all(isinstance(item, (*_SCALARS, Named)) for item in flat):
        raise TypeError("a key of that type")
    return cast("Hashable", value)


def _ordered(pairs: object = ()) -> dict[Any, Any]:
    """``OrderedDict()``, or one of pairs as the first versions wrote them."""
    items = cast("list[Any]", pairs) if isinstance(pairs, (list, tuple)) else []
    return {flat_key(key): value for key, value in items}


def _counter(counts: object = None) -> dict[Any, Any]:
    return dict(cast("dict[Any, Any]", counts)) if isinstance(counts, dict) else {}


def _sizes(value: object) -> tuple[int, ...]:
    items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else None
    if items is None or not all(type(item) is int and item >= 0 for item in items):
        raise ValueError("sizes of a tensor that are no numbers")
    return cast("tuple[int, ...]", items)


def _size(sizes: object = ()) -> tuple[Any, ...]:
    return tuple(cast("list[Any]", sizes)) if isinstance(sizes, (list, tuple)) else ()


def _tensor(storage: object, offset: object, shape: object, strides: object, *_: object) -> Tensor:
    sizes, steps = _sizes(shape), _sizes(strides)
    if not isinstance(storage, Storage) or type(offset) is not int or offset < 0 or len(sizes) != len(steps):
        raise ValueError("a tensor without storage or place")
    dtype = storage.dtype
    problem = messages.QUANTIZED if dtype is None or dtype is UNTYPED else None
    return Tensor(storage, dtype, offset, sizes, steps, problem)


def _tensor_v2(
    storage: object, offset: object, shape: object, strides: object, _grad: object, _hooks: object, bits: object = None
) -> Tensor:
    found = _tensor(storage, offset, shape, strides)
    if isinstance(bits, dict) and any(cast("dict[object, object]", bits).values()):
        found.problem = messages.CONJUGATED
    return found


def _tensor_v3(
    storage: object,
    offset: object,
    shape: object,
    strides: object,
    _grad: object,
    _hooks: object,
    dtype: object,
    bits: object = None,
) -> Tensor:
    found = _tensor_v2(storage, offset, shape, strides, _grad, _hooks, bits)
    found.dtype = DTYPES.get(dtype.name.rpartition(".")[2]) if isinstance(dtype, Named) else None
    if found.dtype is None:
        found.problem = messages.QUANTIZED
    elif found.problem is messages.QUANTIZED:
        found.problem = None  # the storage has no type, the tensor has one
    return found


def _parameter(data: object, *_: object) -> object:
    return data


def _of_type(function: object, _type: object, arguments: object, _state: object) -> object:
    """A subclass of Tensor, or one with attributes: the tensor itself."""
    return called(function, cast("tuple[Any, ...]", arguments) if isinstance(arguments, tuple) else ())


def _problem(message: Message) -> Callable[..., Tensor]:
    return lambda *_: Tensor(problem=message)


_UTILS = "torch._utils."
_CALLS: dict[str, Callable[..., object]] = {
    "collections.OrderedDict": _ordered,
    "collections.Counter": _counter,
    "torch.Size": _size,
    _UTILS + "_rebuild_tensor": _tensor,
    _UTILS + "_rebuild_tensor_v2": _tensor_v2,
    _UTILS + "_rebuild_tensor_v3": _tensor_v3,
    _UTILS + "_rebuild_parameter": _parameter,
    _UTILS + "_rebuild_parameter_with_state": _parameter,
    _UTILS + "_rebuild_qtensor": _problem(messages.QUANTIZED),
    _UTILS + "_rebuild_sparse_tensor": _problem(messages.SPARSE),
    _UTILS + "_rebuild_meta_tensor_no_storage": _problem(messages.META),
    _UTILS + "_rebuild_nested_tensor": _problem(messages.SPARSE),
    _UTILS + "_rebuild_wrapper_subclass": _problem(messages.QUANTIZED),
    _UTILS + "_rebuild_device_tensor_from_numpy": _problem(messages.META),
    _UTILS + "_rebuild_device_tensor_from_cpu_tensor": _parameter,
    "torch._tensor._rebuild_from_type_v2": _of_type,
}
