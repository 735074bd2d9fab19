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
