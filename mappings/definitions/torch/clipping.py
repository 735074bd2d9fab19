"""Norms that are clipped: what PyTorch lacks of MindSpore."""

import torch


def clip_by_global_norm(x, clip_norm=1.0):
    """The tensors, made smaller together if the norm of all of them is above the limit."""
    scale = clip_norm / torch.nn.utils.get_total_norm(x).clamp(min=clip_norm)
    return tuple(one * scale for one in x)


def clip_by_norm(x, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """A tensor, or several, made smaller if their norm is above the limit."""
    several = [x] if isinstance(x, torch.Tensor) else x
    norm = torch.nn.utils.get_total_norm(several, norm_type, error_if_nonfinite)
    scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    return x * scale if isinstance(x, torch.Tensor) else type(x)(one * scale for one in x)
