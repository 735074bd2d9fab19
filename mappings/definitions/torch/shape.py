"""Shapes: what PyTorch lacks of MindSpore."""

import torch


def resized(values, *sizes):
    """The numbers in another shape: cut off, or filled up with zeros."""
    size = torch.Size(sizes[0] if isinstance(sizes[0], tuple) else sizes)
    return torch.nn.functional.pad(values.flatten(), (0, size.numel() - values.numel())).reshape(size)


def reverse_sequence(values, lengths, dim, batch_dim):
    """The first steps of every sequence in reverse order, as many as its length says."""
    steps = torch.arange(values.shape[dim], device=values.device)
    ends = lengths[:, None]
    places = torch.where(steps < ends, ends - 1 - steps, steps)
    sizes = [1] * values.ndim
    sizes[batch_dim], sizes[dim] = places.shape
    places = places if batch_dim % values.ndim < dim % values.ndim else places.T
    return values.gather(dim, places.reshape(sizes).expand_as(values))


def sliced(values, begin, size):
    """The part of `values` from `begin` on; a size of -1 goes to the end."""
    ends = [None if length == -1 else start + length for start, length in zip(begin, size)]
    return values[tuple(map(slice, begin, ends))]


def mirror_pad(values, paddings, mode):
    """Pads every dimension by mirroring: REFLECT leaves the border out of the mirror image, SYMMETRIC repeats it."""
    edge = 0 if mode == "REFLECT" else 1
    for dim, (before, after) in enumerate(paddings.tolist()):
        size = values.shape[dim]
        places = torch.arange(-before, size + after, device=values.device)
        places = torch.where(places < 0, -places - edge, places)
        places = torch.where(places >= size, 2 * size - 2 + edge - places, places)
        values = values.index_select(dim, places)
    return values


def space_to_batch_nd(values, block, paddings):
    """Moves blocks of the last dimensions into the batch."""
    count = len(paddings)
    blocks = [block] * count if isinstance(block, int) else list(block)
    values = torch.nn.functional.pad(values, [width for pair in reversed(list(paddings)) for width in pair])
    kept = values.ndim - count
    sizes = [size for length, step in zip(values.shape[kept:], blocks) for size in (length // step, step)]
    parts = values.reshape(*values.shape[:kept], *sizes)
    inner, outer = range(kept + 1, parts.ndim, 2), range(kept, parts.ndim, 2)
    return parts.permute(*inner, *range(kept), *outer).flatten(0, count)
