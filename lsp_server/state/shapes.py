"""Shapes of tensors that are made of others: indexed, joined, reduced, laid out in grids."""

from __future__ import annotations

import math

from lsp_server.state import containers
from lsp_server.state.library import Arguments
from lsp_server.state.values import PLAIN, UNKNOWN, List, Tensor, Value, plain

Shape = tuple[int, ...]
Index = Value | slice
"""One place between the brackets; ``...`` is the string of three dots that the source has."""
ELLIPSIS = "..."


def shape_of(value: Value) -> tuple[int, ...] | None:
    """A number, tuple or list as a shape."""
    value = plain(value)
    if isinstance(value, int):
        return (value,)
    if isinstance(value, tuple):
        sizes = [size for size in value if isinstance(size, int)]
        return tuple(sizes) if len(sizes) == len(value) else None
    return None


def size_of(values: list[Value]) -> tuple[int, ...] | None:
    """``(2, 3)`` and ``((2, 3),)``."""
    if len(values) == 1:
        return shape_of(values[0])
    return shape_of(tuple(values))


def indexed(tensor: Tensor, parts: tuple[Index, ...]) -> Tensor:
    """``tensor[parts]`` with slices, numbers, ``None`` and ``...``."""
    shape = _indexed(tensor.shape, parts) if tensor.shape is not None else None
    return Tensor("tensor", shape, tensor.dtype)


def _indexed(shape: Shape, parts: tuple[Index, ...]) -> Shape | None:
    taken = sum(part is not None and not _is_dots(part) for part in parts)
    if taken > len(shape) or sum(_is_dots(part) for part in parts) > 1:
        return None
    rest = list(shape)
    result: list[int] = []
    for part in parts:
        if part is None:
            result.append(1)
        elif _is_dots(part):
            count = len(shape) - taken
            result += rest[:count]
            del rest[:count]
        elif isinstance(part, slice):
            if any(isinstance(bound, bool) or not (bound is None or isinstance(bound, int)) for bound in _bounds(part)):
                return None
            result.append(len(range(rest.pop(0))[part]))
        elif isinstance(part, int) and not isinstance(part, bool):
            rest.pop(0)
        else:
            return None
    return (*result, *rest)


def _is_dots(part: Index) -> bool:
    return isinstance(part, str) and part == ELLIPSIS


def _bounds(part: slice) -> tuple[object, object, object]:
    return part.start, part.stop, part.step


def _tensors(value: Value) -> list[Tensor] | None:
    items = containers.elements(value) if not isinstance(value, Tensor) else None
    found = [item for item in items or [] if isinstance(item, Tensor)]
    return found if items and len(found) == len(items) else None


def _place(arguments: Arguments, index: int, default: Value) -> Value:
    for name in ("dim", "axis"):
        if name in arguments.keywords:
            return arguments.keywords[name]
    return arguments.positional[index] if index < len(arguments.positional) else default


def _common(tensors: list[Tensor]) -> str | None:
    types = {tensor.dtype for tensor in tensors}
    return types.pop() if len(types) == 1 else None


def joined(name: str, arguments: Arguments) -> Tensor:
    """``cat`` and ``stack``."""
    parts = _tensors(arguments.positional[0]) if arguments.positional else None
    place = _place(arguments, 1, 0)
    if parts is None or not isinstance(place, int):
        return Tensor("tensor", None, None)
    shapes = [part.shape for part in parts if part.shape is not None]
    shape = None
    if len(shapes) == len(parts):
        shape = _stacked(shapes, place) if name == "stack" else _lined_up(shapes, place)
    return Tensor("tensor", shape, _common(parts))


def _stacked(shapes: list[Shape], place: int) -> Shape | None:
    first = shapes[0]
    if any(shape != first for shape in shapes) or not -len(first) - 1 <= place <= len(first):
        return None
    place %= len(first) + 1
    return (*first[:place], len(shapes), *first[place:])


def _lined_up(shapes: list[Shape], place: int) -> Shape | None:
    first = shapes[0]
    if not -len(first) <= place < len(first) or any(len(shape) != len(first) for shape in shapes):
        return None
    place %= len(first)
    others = {(*shape[:place], *shape[place + 1 :]) for shape in shapes}
    return (*first[:place], sum(shape[place] for shape in shapes), *first[place + 1 :]) if len(others) == 1 else None


def grid(arguments: Arguments) -> Value:
    """``meshgrid``: one tensor for each axis, all of one shape."""
    given = arguments.positional
    parts = _tensors(given[0]) if len(given) == 1 and not isinstance(given[0], Tensor) else _tensors(tuple(given))
    order = arguments.keywords.get("indexing", "ij")
    if parts is None or order not in ("ij", "xy") or not arguments.exact:
        return UNKNOWN
    sizes = [math.prod(part.shape) for part in parts if part.shape is not None and len(part.shape) <= 1]
    if len(sizes) != len(parts):
        return tuple(Tensor("tensor", None, part.dtype) for part in parts)
    if order == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return tuple(Tensor("tensor", tuple(sizes), part.dtype) for part in parts)


def flattened(tensor: Tensor, arguments: Arguments) -> Shape | None:
    """``flatten(start, end)``."""
    names, given = arguments.keywords, arguments.positional
    start = names.get("start_dim", given[0] if given else 0)
    end = names.get("end_dim", given[1] if len(given) > 1 else -1)
    shape = tensor.shape
    if shape is None or not isinstance(start, int) or not isinstance(end, int):
        return None
    if not shape:
        return (1,)
    start, end = start % len(shape), end % len(shape)
    return (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]) if start <= end else None


def permuted(tensor: Tensor, arguments: Arguments) -> Shape | None:
    """``permute(2, 0, 1)`` and ``permute((2, 0, 1))``."""
    given = arguments.positional
    order = plain(given[0]) if len(given) == 1 else tuple(given)
    shape = tensor.shape
    if shape is None or not isinstance(order, tuple) or len(order) != len(shape):
        return None
    places = [place % len(shape) for place in order if isinstance(place, int) and -len(shape) <= place < len(shape)]
    return tuple(shape[place] for place in places) if sorted(places) == list(range(len(shape))) else None


def reduced(tensor: Tensor, arguments: Arguments) -> Shape | None:
    """``sum(dim)`` and its like."""
    place = plain(_place(arguments, 0, PLAIN))
    kept = arguments.keywords.get("keepdim", arguments.positional[1] if len(arguments.positional) > 1 else False)
    shape = tensor.shape
    if place is PLAIN and not arguments.keywords and arguments.exact:
        return ()
    places = place if isinstance(place, tuple) else (place,)
    numbers = [one % len(shape) for one in places if isinstance(one, int) and shape]
    if shape is None or len(numbers) != len(places) or not isinstance(kept, bool):
        return None
    if kept:
        return tuple(1 if index in numbers else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in numbers)


def parts(tensor: Tensor, name: str, sizes: Value, whole: bool) -> Value:
    """``split`` and ``chunk`` along the first dimension; ``whole``: nothing else was given."""
    sizes = plain(sizes)
    if tensor.shape is None or not tensor.shape or not whole:
        return UNKNOWN
    length = tensor.shape[0]
    if isinstance(sizes, int) and sizes > 0 and length:
        step = sizes if name == "split" else -(-length // sizes)
        sizes = tuple(min(step, length - start) for start in range(0, length, step))
    counts = [size for size in sizes if isinstance(size, int)] if isinstance(sizes, tuple) else []
    if not isinstance(sizes, tuple) or len(counts) != len(sizes) or sum(counts) != length:
        return UNKNOWN
    found: list[Value] = []
    start = 0
    for size in counts:
        values = tensor.values[start : start + size] if tensor.values is not None else None
        found.append(Tensor("tensor", (size, *tensor.shape[1:]), tensor.dtype, values=values))
        start += size
    return List(found)
