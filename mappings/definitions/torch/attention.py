"""Attention: what PyTorch lacks of MindSpore."""

import torch


def moe_token_permute(tokens, indices, count):
    """The tokens grouped by expert, and the place of every (token, expert) pair among them."""
    order = indices.flatten().argsort(stable=True)
    width = indices.shape[1] if indices.ndim == 2 else 1
    kept = order if count is None else order[:count]
    return tokens[kept // width], order.argsort().to(torch.int32)


def moe_token_unpermute(tokens, places, probs):
    """The tokens in their old order; with probabilities, the weighted sum over the experts of each token."""
    tokens = tokens[places]
    if probs is None:
        return tokens
    return (tokens.reshape(*probs.shape, -1) * probs[..., None]).sum(1)
