"""The fixed inputs of the cases: the same numbers for both frameworks, made with NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def fixed_inputs() -> dict[str, NDArray[Any]]:
    """By the name under which a case uses them.

    ``x`` is an image batch, ``vol`` a batch of volumes, ``x1`` a batch of signals, ``seq`` a sequence of length 7 for
    a batch of 2; ``m`` and ``n`` are matrices, ``p`` a positive one, ``u`` one inside (-0.9, 0.9), ``i`` one of whole
    numbers below 5, ``b`` one of truth values, ``sq`` a square one; ``v`` is a vector, ``idx`` a vector of indices.
    """
    random = np.random.default_rng(20260101)

    def normal(*shape: int) -> NDArray[np.float32]:
        return random.standard_normal(shape).astype(np.float32)

    return {
        "x": normal(2, 3, 8, 8),
        "x1": normal(2, 3, 10),
        "vol": normal(2, 2, 4, 4, 4),
        "seq": normal(7, 2, 6),
        "m": normal(4, 5),
        "n": normal(4, 5),
        "v": normal(6),
        "sq": normal(5, 5),
        "p": (random.random((4, 5)) + 0.1).astype(np.float32),
        "u": (random.random((4, 5)) * 1.8 - 0.9).astype(np.float32),
        "i": random.integers(0, 5, (4, 5)),
        "idx": np.array([3, 0, 2, 1]),
        "b": random.random((4, 5)) > 0.5,
    }
