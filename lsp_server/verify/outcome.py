"""What a case gave, in plain data, so that both frameworks' answers can be compared."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Set, ValuesView
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor (``kind`` tensor) or a NumPy array."""

    kind: str
    dtype: str
    values: NDArray[Any]


_MINDSPORE_DTYPE = re.compile(r"(Float|Int|UInt|Bool|BFloat|Complex|Number|Type)$", re.IGNORECASE)


class Disagreement(Exception):
    """The two answers differ; the message says how."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far floats may be apart, and whether int32 may stand for int64 (the rule must say so)."""

    relative: float = 1e-5
    absolute: float = 1e-5
    narrow_integers: bool = False


def plain(value: Any) -> Any:
    """Tensors become arrays, dtypes their names, sequences and views lists; a generator is run."""
    if hasattr(value, "asnumpy") or (hasattr(value, "detach") and hasattr(value, "numpy")):
        return _tensor(value)
    name = _dtype_name(value)
    if name is not None:
        return f"dtype {name}"
    if isinstance(value, np.ndarray):
        return Array("numpy", str(value.dtype), value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, Iterator, Set, ValuesView)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return f"object {type(value).__name__}"


def _tensor(value: Any) -> Array:
    name = _dtype_name(value.dtype) or str(value.dtype)
    if not hasattr(value, "asnumpy"):
        host = value.detach().cpu()
        return Array("tensor", name, (host.float() if name == "bfloat16" else host).numpy())
    return Array("tensor", name, (value.float() if name == "bfloat16" else value).asnumpy())


def _dtype_name(value: Any) -> str | None:
    text = str(value)
    if type(value).__module__.startswith("torch") and type(value).__name__ == "dtype":
        return text.removeprefix("torch.")
    if "mindspore" in type(value).__module__ and _MINDSPORE_DTYPE.search(type(value).__name__):
        lowered = text.removeprefix("mindspore.").lower()
        return "bool" if lowered in ("bool_", "bool") else lowered
    return None


def largest_difference(expected: Any, actual: Any, tolerance: Tolerance, where: str = "result") -> float:
    """The largest absolute difference between two answers. Raises `Disagreement`."""
    if isinstance(expected, Array) and isinstance(actual, Array):
        return _compare_arrays(expected, actual, tolerance, where)
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            raise Disagreement(f"{where}: {len(expected)} items against {len(actual)}")
        return _largest(enumerate(expected), dict(enumerate(actual)), tolerance, where)
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual):
            raise Disagreement(f"{where}: keys {list(expected)} against {list(actual)}")
        return _largest(expected.items(), actual, tolerance, where)
    if _is_number(expected) and _is_number(actual):
        close = math.isclose(expected, actual, rel_tol=tolerance.relative, abs_tol=tolerance.absolute)
        if type(expected) is type(actual) and (close or (math.isnan(expected) and math.isnan(actual))):
            return abs(float(expected) - float(actual)) if math.isfinite(expected) else 0.0
    elif type(expected) is type(actual) and expected == actual:
        return 0.0
    raise Disagreement(f"{where}: {_short(expected)} against {_short(actual)}")


def _largest(pairs: Iterable[tuple[Any, Any]], actual: Mapping[Any, Any], tolerance: Tolerance, where: str) -> float:
    differences = [largest_difference(value, actual[key], tolerance, f"{where}[{key!r}]") for key, value in pairs]
    return max(differences, default=0.0)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _compare_arrays(expected: Array, actual: Array, tolerance: Tolerance, where: str) -> float:
    left, right = expected.values, actual.values
    if left.shape != right.shape:
        raise Disagreement(f"{where}: shape {left.shape} against {right.shape}")
    if expected.kind != actual.kind:
        raise Disagreement(f"{where}: a {expected.kind} against a {actual.kind}")
    narrowed = expected.dtype == "int64" and actual.dtype == "int32" and tolerance.narrow_integers
    if expected.dtype != actual.dtype and not narrowed:
        raise Disagreement(f"{where}: dtype {expected.dtype} against {actual.dtype}")
    if left.size == 0:
        return 0.0
    if left.dtype.kind not in "fc":
        if not np.array_equal(left, right):
            raise Disagreement(f"{where}: values differ")
        return 0.0
    half = 1e-3 if "16" in expected.dtype else 0.0
    relative, absolute = max(tolerance.relative, half), max(tolerance.absolute, half)
    if not np.allclose(left, right, relative, absolute, equal_nan=True):
        with np.errstate(invalid="ignore"):
            difference = np.nanmax(np.abs(left.astype(float) - right.astype(float)))
        raise Disagreement(f"{where}: values differ by {difference:.3g}")
    finite = np.isfinite(left) & np.isfinite(right)
    return float(np.max(np.abs(left[finite].astype(float) - right[finite].astype(float)), initial=0.0))


def _short(value: Any) -> str:
    text = f"tensor {value.dtype} {value.values.shape}" if isinstance(value, Array) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
