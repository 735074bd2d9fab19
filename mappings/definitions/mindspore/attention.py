"""Attention: what MindSpore lacks of PyTorch."""

import mindspore


def scaled_dot_product_attention(
    query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False
):
    if enable_gqa:
        times = query.shape[-3] // key.shape[-3]
        key, value = key.repeat_interleave(times, -3), value.repeat_interleave(times, -3)
    scale = query.shape[-1] ** -0.5 if scale is None else scale
    scores = mindspore.ops.matmul(query, key.swapaxes(-1, -2)) * scale
    if is_causal:
        attn_mask = mindspore.ops.ones(scores.shape[-2:], mindspore.bool_).tril()
    if attn_mask is not None and attn_mask.dtype == mindspore.bool_:
        scores = mindspore.ops.where(attn_mask, scores, float("-inf"))
    elif attn_mask is not None:
        scores = scores + attn_mask
    weights = mindspore.ops.softmax(scores, -1)
    if attn_mask is not None:
        hidden = (scores == float("-inf")).all(-1, True)
        weights = mindspore.ops.where(hidden, 0.0, weights)
    return mindspore.ops.matmul(mindspore.ops.dropout(weights, float(dropout_p)), value)
