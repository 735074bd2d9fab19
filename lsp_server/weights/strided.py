"""Puts the elements of a transposed, sliced or expanded tensor into their order.

Without numpy: slices of memory views with a step move whole lines of elements at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Literal

_FORMATS: dict[int, Literal["B", "H", "I", "Q"]] = {1: "B", 2: "H", 4: "I", 8: "Q"}


def gathered(
    storage: memoryview, size: int, shape: tuple[int, ...], strides: tuple[int, ...], most: int
) -> Iterator[memoryview]:
    """The elements in their order, about ``most`` bytes at a time. ``size`` is that of one element in bytes."""
    if size not in _FORMATS:  # a complex128 is two numbers of eight bytes
        size, shape, strides = size // 2, (*shape, 2), (*(2 * step for step in strides), 1)
    whole = len(storage) - len(storage) % size
    with storage[:whole].cast(_FORMATS[size]) as elements:
        yield from _blocks(elements, size, 0, shape or (1,), strides or (1,), most)


def _blocks(
    elements: memoryview[int], size: int, start: int, shape: tuple[int, ...], strides: tuple[int, ...], most: int
) -> Iterator[memoryview]:
    """Lines of the first dimension, as many at once as fit; a line that is too long is taken apart."""
    line = prod(shape[1:]) * size
    if line > most:
        for index in range(shape[0]):
            yield from _blocks(elements, size, start + index * strides[0], shape[1:], strides[1:], most)
        return
    step = max(1, most // line)
    for first in range(0, shape[0], step):
        count = min(step, shape[0] - first)
        yield _block(elements, size, start + first * strides[0], (count, *shape[1:]), strides)


def _block(
    elements: memoryview[int], size: int, start: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> memoryview:
    result = memoryview(bytearray(prod(shape) * size)).cast(_FORMATS[size])
    steps = [prod(shape[index + 1 :]) for index in range(len(shape))]
    # the longest dimension that moves through the storage goes in one slice
    longest = max(range(len(shape)), key=lambda index: (strides[index] > 0, shape[index]))
    others = [index for index in range(len(shape)) if index != longest]
    length, step_out, step_in = shape[longest], steps[longest], strides[longest]
    for place in product(*(range(shape[index]) for index in others)):
        source, target = start, 0
        for index, value in zip(others, place, strict=True):
            source += value * strides[index]
            target += value * steps[index]
        until = target + (length - 1) * step_out + 1
        if step_in:
            result[target:until:step_out] = elements[source : source + (length - 1) * step_in + 1 : step_in]
        else:
            for position in range(target, until, step_out):
                result[position] = elements[source]
    return result.cast("B")
