"""The numbers in small tensors that constructors compute their sizes with.

torch computes in 32 bits. Sums and products are rounded as it rounds them; its logarithms and powers may be off in
their last bits, so where a rounding could go the other way, the numbers are not known. A half that is met exactly is
one.
"""

from __future__ import annotations

import itertools
import math
import struct
from collections.abc import Callable

from lsp_server.state.values import PLAIN, UNKNOWN, Tensor, Unknown, Value

Numbers = tuple[float, ...]
_MOST = 2_000
_NEAR = 1e-4


def known(value: Value) -> Numbers | float | None:
    """A number, or the numbers of a tensor of one dimension."""
    if isinstance(value, Tensor):
        return value.values if value.values is not None and len(value.shape or ()) == 1 else None
    return value if isinstance(value, (int, float)) else None


_SIGNS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": math.pow,
}


def single(number: float) -> float:
    """A number as 32 bits hold it."""
    return struct.unpack("f", struct.pack("f", number))[0]


def arithmetic(sign: str, left: Value, right: Value, in_single: bool = False) -> Numbers | None:
    """A tensor's numbers with one number, on either side; ``in_single``: with 32 bits."""
    one, other, function = known(left), known(right), _SIGNS.get(sign)
    if one is None or other is None or function is None or isinstance(one, tuple) == isinstance(other, tuple):
        return None
    pairs = [(a, b) for a in _many(one) for b in _many(other)]
    try:
        kept = single if in_single else float
        found = [kept(function(kept(a), kept(b))) for a, b in pairs]
    except (ArithmeticError, ValueError, struct.error):
        return None
    numbers = [number for number in found if abs(number) < 1e6]
    return tuple(numbers) if len(numbers) == len(pairs) <= _MOST else None


def _many(value: Numbers | float) -> Numbers:
    return value if isinstance(value, tuple) else (value,)


def each(name: str, numbers: Numbers | None) -> Numbers | None:
    """``round``, ``log`` and the casts to whole numbers; None: not known."""
    if numbers is None or name not in _EACH:
        return None
    try:
        found = [_EACH[name](number) for number in numbers]
    except (ArithmeticError, ValueError):
        return None
    exact = [number for number in found if number is not None]
    return tuple(exact) if len(exact) == len(found) else None


def _rounded(number: float) -> float | None:
    distance = abs(abs(number - math.floor(number)) - 0.5)
    is_clear = distance == 0 or distance > _NEAR * max(1.0, abs(number))
    return float(round(number)) if is_clear else None


def _whole(number: float) -> float | None:
    if number == round(number):
        return int(number)
    return int(number) if abs(number - round(number)) > _NEAR * max(1.0, abs(number)) else None


def _same(number: float) -> float | None:
    return number


_EACH: dict[str, Callable[[float], float | None]] = {
    "round": _rounded, "log": math.log, "int": _whole, "long": _whole, "clone": _same, "detach": _same, "cpu": _same,
    "contiguous": _same,
}  # fmt: skip


def gathered(name: str, given: Value) -> Tensor | None:
    """``diff`` and ``unique`` of known numbers."""
    numbers = known(given)
    if not isinstance(numbers, tuple) or not isinstance(given, Tensor):
        return None
    if name == "diff":
        values: Numbers = tuple(b - a for a, b in itertools.pairwise(numbers))
    elif all(number == round(number) for number in numbers):
        values = tuple(sorted(set(numbers)))
    else:
        return None
    return Tensor("tensor", (len(values),), given.dtype, values=values)


def counted(given: Value, found: Tensor) -> Value:
    """``unique(…, return_counts=True)``."""
    numbers = known(given)
    if not isinstance(numbers, tuple) or found.values is None:
        return UNKNOWN
    counts = tuple(numbers.count(one) for one in found.values)
    return (found, Tensor("tensor", found.shape, "int64", values=counts))


def written(value: Value) -> Numbers | None:
    """The numbers of a flat list."""
    items = value if isinstance(value, tuple) else ()
    numbers = [item for item in items if isinstance(item, (int, float)) and not isinstance(item, bool)]
    return tuple(numbers) if numbers and len(numbers) == len(items) <= _MOST else None


def extreme(name: str, numbers: Numbers | None) -> float | Unknown:
    """``max()`` and ``min()``."""
    return PLAIN if not numbers else max(numbers) if name == "max" else min(numbers)
