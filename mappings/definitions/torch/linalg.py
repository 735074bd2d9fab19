"""Linear algebra: what PyTorch lacks of MindSpore."""

import torch


def batch_dot(x1, x2, axes=None):
    """Products over one axis of each tensor, batch by batch."""
    if axes is None:
        axes = (x1.ndim - 1, max(x2.ndim - 2, 1))
    first, second = (axes, axes) if isinstance(axes, int) else axes
    left, right = x1.movedim(first, -1), x2.movedim(second, 1)
    product = torch.bmm(left.reshape(len(left), -1, left.shape[-1]), right.reshape(*right.shape[:2], -1))
    shape = (len(left), *left.shape[1:-1], *right.shape[2:])
    return product.reshape(shape if len(shape) > 1 else (-1, 1))
