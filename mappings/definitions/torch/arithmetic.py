"""Arithmetic: what PyTorch lacks of MindSpore."""

import torch


def unique_with_pad(values, padding):
    """The distinct numbers in the order in which they come, filled up to the length of `values`, and where each is."""
    numbers, places = torch.unique(values, return_inverse=True)
    steps = torch.arange(len(values), device=values.device)
    first = torch.full_like(numbers, len(values), dtype=steps.dtype).scatter_reduce(0, places, steps, "amin")
    order = first.argsort()
    padded = torch.full_like(values, padding)
    padded[: len(numbers)] = numbers[order]
    return padded, order.argsort()[places]


def matrix_band_part(values, lower, upper):
    """The band of a matrix between two diagonals; a negative bound keeps all of that triangle."""
    if lower >= 0:
        values = values.triu(-int(lower))
    if upper >= 0:
        values = values.tril(int(upper))
    return values
