"""Sparse tensors: what PyTorch lacks of MindSpore."""

import torch


def coo_add(x1, x2, thresh):
    """The sum of two sparse tensors without the sums of two values whose size is below the threshold."""
    total = (x1 + x2).coalesce()
    held = [torch.sparse_coo_tensor(one._indices(), torch.ones_like(one._values()), one.shape) for one in (x1, x2)]
    alone = (held[0] + held[1]).coalesce().values() < 2
    kept = alone | (total.values().abs() >= thresh)
    return torch.sparse_coo_tensor(total.indices()[:, kept], total.values()[kept], total.shape)
