"""Conversion: what PyTorch lacks of MindSpore."""

import torch


def tensor_from_bytes(data, shape, dtype):
    """The tensor whose raw data these bytes are."""
    return torch.frombuffer(bytearray(data), dtype=dtype).reshape(shape)
