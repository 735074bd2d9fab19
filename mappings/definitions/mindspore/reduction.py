"""Reduction: what MindSpore lacks of PyTorch."""

import mindspore


def diff(input, n=1, dim=-1, prepend=None, append=None):
    pieces = [one for one in (prepend, input, append) if one is not None]
    values = mindspore.ops.cat(pieces, dim) if n and len(pieces) > 1 else input  # torch does so
    for _ in range(n):
        size = values.shape[dim] - 1
        if size < 1:
            axis = dim % values.ndim
            return mindspore.ops.zeros((*values.shape[:axis], 0, *values.shape[axis + 1 :]), values.dtype)
        values = values.narrow(dim, 1, size) - values.narrow(dim, 0, size)
    return values


def quantile(input, q, dim=None, keepdim=False, interpolation="linear", skip_nan=False):
    rows = input.reshape(-1) if dim is None else mindspore.ops.movedim(input, dim, -1)
    missing = mindspore.ops.isnan(rows)
    ordered = mindspore.ops.sort(mindspore.ops.where(missing, float("inf"), rows))[0]
    count = mindspore.ops.logical_not(missing).astype(rows.dtype).sum(-1, keepdims=True)
    several = not isinstance(q, float) and q.ndim > 0
    place = mindspore.ops.relu((q if isinstance(q, float) else q.reshape(-1)) * (count - 1))
    if interpolation != "linear":
        rounding = {"lower": mindspore.ops.floor, "higher": mindspore.ops.ceil, "nearest": mindspore.ops.round}
        middle = (mindspore.ops.floor(place) + mindspore.ops.ceil(place)) / 2
        place = middle if interpolation == "midpoint" else rounding[interpolation](place)
    below = mindspore.ops.floor(place)
    low = mindspore.ops.gather_elements(ordered, -1, below.astype(mindspore.int32))
    high = mindspore.ops.gather_elements(ordered, -1, mindspore.ops.ceil(place).astype(mindspore.int32))
    result = mindspore.ops.where(low == high, low, low + (high - low) * (place - below))
    none = count == 0 if skip_nan else count < rows.shape[-1]
    result = mindspore.ops.movedim(mindspore.ops.where(none, float("nan"), result), -1, 0)
    if keepdim:
        shape = result.shape[:1] + (1,) * input.ndim
        result = result.reshape(shape) if dim is None else result.unsqueeze(dim % input.ndim + 1)
    return result if several else result[0]


def gradient(input, *, spacing=1, dim=None, edge_order=1):
    axes = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
    spacings = spacing if isinstance(spacing, (tuple, list)) else (1 if spacing is None else spacing,) * len(axes)

    def along(axis, gap):
        size, shape = input.shape[axis], [1] * input.ndim
        shape[axis] = -1
        places = mindspore.ops.arange(size).astype(input.dtype) * gap if isinstance(gap, (int, float)) else gap
        steps = (places[1:] - places[:-1]).reshape(shape)
        slopes = (input.narrow(axis, 1, size - 1) - input.narrow(axis, 0, size - 1)) / steps
        first, last = slopes.narrow(axis, 0, 1), slopes.narrow(axis, size - 2, 1)
        if size == 2:
            return mindspore.ops.cat((first, last), axis)
        before, after = steps.narrow(axis, 0, size - 2), steps.narrow(axis, 1, size - 2)
        falling, rising = slopes.narrow(axis, 0, size - 2), slopes.narrow(axis, 1, size - 2)
        inner = (before * rising + after * falling) / (before + after)
        if edge_order == 2:
            first = first * 2 - inner.narrow(axis, 0, 1)
            last = last * 2 - inner.narrow(axis, size - 3, 1)
        return mindspore.ops.cat((first, inner, last), axis)

    return tuple(along(axis, gap) for axis, gap in zip(axes, spacings))
