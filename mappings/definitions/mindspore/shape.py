"""Shapes: what MindSpore lacks of PyTorch."""

import mindspore


def as_strided(tensor, size, stride, storage_offset=0):
    """A copy of the elements that a strided view of the flat tensor would show."""
    index = mindspore.tensor(storage_offset)
    for position, (count, step) in enumerate(zip(size, stride)):
        index = index + (mindspore.ops.arange(count) * step).reshape((-1,) + (1,) * (len(size) - position - 1))
    return mindspore.ops.reshape(tensor, (-1,))[index]


def as_strided_scatter(tensor, src, size, stride, storage_offset=0):
    """A copy of the tensor with new values for the elements that a strided view would show."""
    index = mindspore.tensor(storage_offset)
    for position, (count, step) in enumerate(zip(size, stride)):
        index = index + (mindspore.ops.arange(count) * step).reshape((-1,) + (1,) * (len(size) - position - 1))
    flat = mindspore.ops.tensor_scatter_elements(tensor.reshape(-1), index.reshape(-1), src.reshape(-1))
    return flat.reshape(tensor.shape)


def unflatten(tensor, dim, sizes):
    """The tensor with one dimension taken apart into several."""
    return tensor.reshape((*tensor.shape[:dim], *sizes, *tensor.shape[dim:][1:]))


def unfold(tensor, dimension, size, step):
    """All slices of a size along a dimension, a step apart, in a new last dimension."""
    dimension %= tensor.ndim
    starts = mindspore.ops.arange(0, tensor.shape[dimension] - size + 1, step)
    index = (starts.reshape(-1, 1) + mindspore.ops.arange(size)).reshape(-1)
    shape = tensor.shape[:dimension] + (len(starts), size) + tensor.shape[dimension + 1 :]
    return mindspore.ops.gather(tensor, index, dimension).reshape(shape).moveaxis(dimension + 1, -1)
