"""Whether the tensors of a call are what a counterpart asks for: one predicate for each word of `Limit`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lsp_server.catalog.model import Limit

Arrays = Sequence[NDArray[Any]]

_DIMENSIONS = re.compile(r"(\d)d(?:Cell|_|$)", re.IGNORECASE)
_SEQUENCES = re.compile(r"LSTM|GRU|RNN|Attention|Transformer", re.IGNORECASE)


def outside(limits: Sequence[Limit], arrays: Arrays, symbol: str) -> Limit | None:
    """The first limit that the tensors of a call of ``symbol`` do not keep; None if they keep all of them."""
    return next((limit for limit in limits if not _PREDICATES[limit](arrays, symbol)), None)


def _rank_at_least(rank: int) -> Callable[[Arrays, str], bool]:
    return lambda arrays, _: all(array.ndim >= rank for array in arrays)


def _rank_at_most(rank: int) -> Callable[[Arrays, str], bool]:
    return lambda arrays, _: all(array.ndim <= rank for array in arrays)


def _all_float32(arrays: Arrays, _: str) -> bool:
    """Tensors of indices and masks beside a float tensor are no operands: they have their own dtype."""
    return all(array.dtype == np.float32 for array in _operands(arrays))


def _all_floating(arrays: Arrays, _: str) -> bool:
    return all(array.dtype.kind == "f" for array in _operands(arrays))


def _operands(arrays: Arrays) -> Arrays:
    first = arrays[:1]
    floats = [array for array in arrays if array.dtype.kind in "fc"]
    return [*first, *floats]


def _finite(arrays: Arrays, _: str) -> bool:
    return all(bool(np.isfinite(array).all()) for array in arrays if array.dtype.kind in "fc")


def _batched(arrays: Arrays, symbol: str) -> bool:
    """The first tensor has a dimension before its channels and places (``…2d``: 4, a sequence: 3, otherwise 2)."""
    name = symbol.rpartition(".")[2]
    found = _DIMENSIONS.search(name)
    wanted = int(found.group(1)) + 2 if found else 3 if _SEQUENCES.search(name) else 2
    return not arrays or arrays[0].ndim >= wanted


_PREDICATES: dict[Limit, Callable[[Arrays, str], bool]] = {
    "nonempty": lambda arrays, _: all(array.size > 0 for array in arrays),
    "rank>=1": _rank_at_least(1),
    "rank>=2": _rank_at_least(2),
    "rows>=2": lambda arrays, _: all(min(array.shape[-2:], default=0) >= 2 for array in arrays[:1]),
    "rows<=columns": lambda arrays, _: all(
        array.ndim < 2 or array.shape[-2] <= array.shape[-1] for array in arrays[:1]
    ),
    "rank<=1": _rank_at_most(1),
    "rank<=2": _rank_at_most(2),
    "rank<=3": _rank_at_most(3),
    "rank<=4": _rank_at_most(4),
    "same-shape": lambda arrays, _: len({array.shape for array in arrays}) <= 1,
    "same-dtype": lambda arrays, _: len({array.dtype for array in arrays}) <= 1,
    "finite": _finite,
    "real": lambda arrays, _: all(array.dtype.kind != "c" for array in arrays),
    "floating": _all_floating,
    "float32": _all_float32,
    "batched": _batched,
}
