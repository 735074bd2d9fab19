"""Indexing: what MindSpore lacks of PyTorch."""

import mindspore


def index_reduce(input, dim, index, source, reduce, include_self=True):
    rows, new, at = input.swapaxes(0, dim), source.swapaxes(0, dim), index.reshape(-1, 1)
    if not include_self:
        start = {"prod": mindspore.ops.ones_like(new), "mean": mindspore.ops.zeros_like(new)}.get(reduce, new)
        rows = mindspore.ops.tensor_scatter_update(rows, at, start)
    if reduce == "mean":
        ones = mindspore.ops.ones(index.shape, mindspore.float32)
        count = mindspore.ops.tensor_scatter_add(mindspore.ops.zeros(rows.shape[0]), at, ones) + int(include_self)
        count = mindspore.ops.clamp(count, min=1).astype(rows.dtype).reshape(-1, *(1,) * (rows.ndim - 1))
        total = mindspore.ops.tensor_scatter_add(rows, at, new)
        result = total / count if mindspore.ops.is_floating_point(total) else total // count
    else:
        scatter = {
            "prod": mindspore.ops.tensor_scatter_mul,
            "amax": mindspore.ops.tensor_scatter_max,
            "amin": mindspore.ops.tensor_scatter_min,
        }[reduce]
        result = scatter(rows, at, new)
    return result.swapaxes(0, dim)


def scatter_reduce(scatter, tensor, dim, index, src):
    """Combine values into the places that an index names along one dimension, with a function over full coordinates."""
    grids = mindspore.mint.meshgrid(*(mindspore.ops.arange(size) for size in index.shape), indexing="ij")
    places = list(grids)
    places[dim] = index.astype(grids[0].dtype)
    return scatter(tensor, mindspore.ops.stack(places, -1), src[tuple(map(slice, index.shape))])


def index_put(tensor, indices, values):
    """A copy of the tensor with new values at indices or masks."""
    result = tensor.copy()
    result[tuple(indices)] = values
    return result


def index_put_added(tensor, indices, values):
    """A copy of the tensor with values added at indices or masks, as often as an index is named."""
    places = []
    for index in indices:
        places += mindspore.ops.nonzero(index).unbind(1) if index.dtype == mindspore.bool_ else [index]
    places = mindspore.ops.stack(mindspore.numpy.broadcast_arrays(*places), -1)
    shape = places.shape[:-1] + tensor.shape[places.shape[-1] :]
    return mindspore.ops.tensor_scatter_add(tensor, places, mindspore.ops.broadcast_to(values, shape))


def scatter_reduced(input, dim, index, src, reduce, include_self=True):
    if not include_self:
        start = {"sum": mindspore.ops.zeros_like, "mean": mindspore.ops.zeros_like, "prod": mindspore.ops.ones_like}
        start = start[reduce](src) if reduce in start else src
        input = scatter_reduce(mindspore.ops.tensor_scatter_update, input, dim, index, start)
    scatters = {
        "prod": mindspore.ops.tensor_scatter_mul,
        "amax": mindspore.ops.tensor_scatter_max,
        "amin": mindspore.ops.tensor_scatter_min,
    }
    result = scatter_reduce(scatters.get(reduce, mindspore.ops.tensor_scatter_add), input, dim, index, src)
    if reduce != "mean":
        return result
    zeros, ones = mindspore.ops.zeros(input.shape), mindspore.ops.ones(src.shape)
    count = scatter_reduce(mindspore.ops.tensor_scatter_add, zeros, dim, index, ones) + int(include_self)
    count = mindspore.ops.clamp(count, min=1).astype(input.dtype)
    return result / count if mindspore.ops.is_floating_point(input) else result // count
