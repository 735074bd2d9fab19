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


class Raised(Disagreement):
    """One framework raised instead of answering."""

    def __init__(self, text: str, framework: str) -> None:
        super().__init__(text)
        self.framework = framework


@dataclass(frozen=True, slots=True)
class Loose:
    """Answers that are a matter of chance: shapes and dtypes are compared, and ``moments`` of many numbers."""

    moments: bool


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far floats may be apart, and whether int32 may stand for int64 (the rule must say so)."""

    relative: float = 1e-5
    absolute: float = 1e-5
    narrow_integers: bool = False
    scaled: bool = False
    """Whether the absolute tolerance is one of the largest number, where that is above 1."""


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
        host = value.detach().cpu().resolve_conj().resolve_neg()
        return Array("tensor", name, (host.float() if name == "bfloat16" else host).numpy())
    return Array("tensor", name, (value.float() if name == "bfloat16" else value).asnumpy())


def _dtype_name(value: Any) -> str | None:
    if type(value).__module__.startswith("torch") and type(value).__name__ == "dtype":
        return str(value).removeprefix("torch.")
    if "mindspore" in type(value).__module__ and _MINDSPORE_DTYPE.search(type(value).__name__):
        lowered = str(value).removeprefix("mindspore.").lower()
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
    narrowed = tolerance.narrow_integers and {expected.dtype, actual.dtype} == {"int32", "int64"}
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
    if tolerance.scaled:
        absolute *= max(1.0, float(np.max(np.abs(left[np.isfinite(left)]), initial=0.0)))
    if not np.allclose(left, right, relative, absolute, equal_nan=True):
        with np.errstate(invalid="ignore"):
            differences = np.abs(left.astype(float) - right.astype(float))
        difference = np.nanmax(differences) if not np.isnan(differences).all() else math.nan
        if not np.array_equal(np.isfinite(left), np.isfinite(right)):
            raise Disagreement(f"{where}: values differ by {difference:.3g}, inf or nan in other places")
        raise Disagreement(f"{where}: values differ by {difference:.3g}")
    finite = np.isfinite(left) & np.isfinite(right)
    return float(np.max(np.abs(left[finite].astype(float) - right[finite].astype(float)), initial=0.0))


def identical(left: Any, right: Any) -> bool:
    """Whether two answers of one framework are the same to the last bit."""
    try:
        return largest_difference(left, right, Tolerance(0.0, 0.0)) == 0.0
    except Disagreement:
        return False


def without_sign(value: Any) -> Any:
    """The same answer with absolute values."""
    if isinstance(value, list):
        return [without_sign(item) for item in value]
    if isinstance(value, Array) and value.values.dtype.kind == "f":
        return Array(value.kind, value.dtype, np.abs(value.values))
    return value


def compare_loosely(expected: Any, actual: Any, loose: Loose, tolerance: Tolerance, where: str = "result") -> None:
    """Compare what chance leaves to compare. Raises `Disagreement`."""
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for place, (left, right) in enumerate(zip(expected, actual, strict=True)):
            compare_loosely(left, right, loose, tolerance, f"{where}[{place}]")
    elif isinstance(expected, Array) and isinstance(actual, Array):
        zeros = np.zeros_like(expected.values)
        blank = Array(actual.kind, actual.dtype, np.zeros_like(actual.values))
        _compare_arrays(Array(expected.kind, expected.dtype, zeros), blank, tolerance, where)
        if loose.moments:
            _compare_moments(expected.values, actual.values, where)
    elif type(expected) is not type(actual):
        raise Disagreement(f"{where}: {_short(expected)} against {_short(actual)}")


def _compare_moments(left: NDArray[Any], right: NDArray[Any], where: str) -> None:
    """Means within six standard errors, standard deviations within a half; of few numbers nothing can be said."""
    if left.size < 100 or left.dtype.kind not in "fiub":
        return
    first, second = left.astype(float), right.astype(float)
    low, high = np.nanquantile(np.concatenate([first.ravel(), second.ravel()]), (0.02, 0.98))
    if low < high:  # a few numbers far out, as Cauchy's, would decide both
        first, second = np.clip(first, low, high), np.clip(second, low, high)
    spread = max(float(first.std()), float(second.std()))
    if abs(float(first.mean() - second.mean())) > 6 * spread * math.sqrt(2 / left.size) + 1e-6:
        raise Disagreement(f"{where}: mean {first.mean():.3g} against {second.mean():.3g}")
    if not 0.5 <= (float(second.std()) + 1e-6) / (float(first.std()) + 1e-6) <= 2:
        raise Disagreement(f"{where}: standard deviation {first.std():.3g} against {second.std():.3g}")


def _short(value: Any) -> str:
    text = f"tensor {value.dtype} {value.values.shape}" if isinstance(value, Array) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
