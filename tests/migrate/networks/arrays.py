"""What both sides share about outputs: names for the arrays in them, and a loss made of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATCH = 8
NO_CHANCE = ("Dropout", "Dropout2d", "Dropout3d", "StochasticDepth")
"""Layers that stay in evaluation while the others are trained: two frameworks never draw the same numbers."""


def leaves(value: Any, name: str = "out") -> Iterator[tuple[str, Any]]:
    """The tensors of an output, of tuples, lists and dictionaries."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from leaves(one, f"{name}.{key}")
    elif isinstance(value, (tuple, list)):
        for index, one in enumerate(value):
            yield from leaves(one, f"{name}.{index}")
    elif value is not None:
        yield name, value


def weighting(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """What every number of an output counts in the loss, so that each of them is seen."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    return (random.random(shape) - 0.5).astype(np.float32) / np.float32(np.prod(shape) ** 0.5)


def inputs(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Pictures of coarse patches, with some noise: noise alone looks the same everywhere."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    *others, height, width = shape
    patches = random.standard_normal((*others, -(-height // PATCH), -(-width // PATCH)))
    coarse = np.kron(patches, np.ones((PATCH, PATCH)))[..., :height, :width]
    return (coarse + 0.3 * random.standard_normal(shape)).astype(np.float32)
