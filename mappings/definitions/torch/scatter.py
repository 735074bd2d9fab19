"""Scatter: what PyTorch lacks of MindSpore."""

import torch


def scatter_nd_reduce(values, indices, updates, reduce):
    """`values` with every update worked into the place that a row of `indices` names."""
    depth = indices.shape[-1]
    rows = values.reshape(-1, *values.shape[depth:])
    places = torch.zeros_like(indices[..., 0])
    for position, size in enumerate(values.shape[:depth]):
        places = places * size + indices[..., position]
    updates = updates.reshape(-1, *values.shape[depth:])
    return rows.index_reduce(0, places.flatten(), updates, reduce).reshape(values.shape)


def with_item(values, *where):
    """A copy of `values` with one number changed; one index counts all elements, a tuple is a place."""
    changed = values.clone()
    *place, item = where
    if place and isinstance(place[0], tuple):
        changed[place[0]] = item
    else:
        changed.view(-1)[place[0] if place else 0] = item
    return changed


def choose(index, choices, mode):
    """Each element of `index` says from which of the choices the element of the result comes."""
    number = len(choices)
    if mode == "wrap":
        index = index % number
    elif mode == "clip":
        index = index.clamp(0, number - 1)
    index, *tensors = torch.broadcast_tensors(index, *(torch.as_tensor(one) for one in choices))
    return torch.stack(tensors).gather(0, index.long()[None])[0]


def add_segments(values, ids, number):
    """The rows of `values` with the same id, added up; those with a negative id are left out."""
    rows = values.flatten(0, ids.ndim - 1)
    ids = ids.flatten()
    found = values.new_zeros((int(number), *rows.shape[1:]))
    return found.index_add(0, ids[ids >= 0], rows[ids >= 0])


def reduce_segments(values, ids, number, reduce, start):
    """The rows of `values` with the same id, made one row each; those with a negative id are left out."""
    rows = values.flatten(0, ids.ndim - 1)
    ids = ids.flatten()
    found = torch.full((int(number), *rows.shape[1:]), start, dtype=values.dtype, device=values.device)
    return found.index_reduce(0, ids[ids >= 0], rows[ids >= 0], reduce)
