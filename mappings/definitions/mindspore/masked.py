"""Masked reductions: what MindSpore lacks of PyTorch."""

import mindspore


def masked_logsumexp(tensor, dim, keepdim):
    """Like ops.logsumexp, but -inf where there is nothing but -inf."""
    top = mindspore.ops.amax(tensor, dim, True)
    top = mindspore.ops.where(mindspore.ops.isinf(top), 0.0, top)
    total = mindspore.ops.sum(mindspore.ops.exp(tensor - top), dim, True)
    return mindspore.ops.sum(mindspore.ops.log(total) + top, dim, keepdim)


def masked_var(tensor, mask, dim, keepdim, correction):
    """The variance of the places that are not masked out."""
    mask = mask.broadcast_to(tensor.shape)
    count = mindspore.ops.sum(mask.astype(tensor.dtype), dim, True)
    mean = mindspore.ops.sum(mindspore.ops.where(mask, tensor, 0), dim, True) / count
    squares = mindspore.ops.where(mask, mindspore.ops.square(tensor - mean), 0)
    count = mindspore.ops.sum(mask.astype(tensor.dtype), dim, keepdim)
    return mindspore.ops.sum(squares, dim, keepdim) / mindspore.ops.clamp(count - correction, 0)


def masked_logaddexp(one, other):
    """Like ops.logaddexp, but -inf where both are -inf."""
    top = mindspore.ops.maximum(one, other)
    found = top + mindspore.ops.log1p(mindspore.ops.exp(-mindspore.ops.abs(one - other)))
    return mindspore.ops.where(mindspore.ops.isinf(top), top, found)
