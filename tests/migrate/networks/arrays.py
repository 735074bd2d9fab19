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
    return np.asarray((random.random(shape) - 0.5) / np.prod(shape) ** 0.5, np.float32)


def inputs(name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Pictures of coarse patches, with some noise: noise alone looks the same everywhere."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    *others, height, width = shape
    patches = random.standard_normal((*others, -(-height // PATCH), -(-width // PATCH)))
    coarse = np.kron(patches, np.ones((PATCH, PATCH)))[..., :height, :width]
    return (coarse + 0.3 * random.standard_normal(shape)).astype(np.float32)


def targets(shape: tuple[int, ...]) -> list[dict[str, NDArray[Any]]]:
    """What a detector is told of each image: boxes, what is in them, the pixels of each and seventeen points."""
    *_, height, width = shape
    corners = np.array([[0.1, 0.15, 0.6, 0.7], [0.3, 0.4, 0.9, 0.85], [0.55, 0.05, 0.95, 0.5]], np.float32)
    boxes = corners * np.array([width, height, width, height], np.float32)
    masks = np.zeros((len(boxes), height, width), np.uint8)
    for mask, (left, top, right, bottom) in zip(masks, boxes.astype(int), strict=True):
        mask[top:bottom, left:right] = 1
    steps = np.linspace(0.1, 0.9, 17, dtype=np.float32)[None, :, None]
    points = boxes[:, None, :2] + steps * (boxes[:, None, 2:] - boxes[:, None, :2])
    seen = np.ones((*points.shape[:2], 1), np.float32)
    labels = np.array([1, 2, 1], np.int64)
    keypoints = np.concatenate([points, seen], 2)
    return [{"boxes": boxes, "labels": labels, "masks": masks, "keypoints": keypoints}] * shape[0]
