"""Fused operators: what PyTorch lacks of MindSpore."""

import torch


def add_layer_norm(x1, x2, gamma, beta, epsilon=1e-5, additional_output=False):
    """The normalized sum, its mean and reciprocal deviation, and the sum itself."""
    total = x1 + x2
    result = torch.nn.functional.layer_norm(total, gamma.shape, gamma, beta, epsilon)
    variance, mean = torch.var_mean(total.float(), -1, correction=0, keepdim=True)
    return result, mean, torch.rsqrt(variance + epsilon), total if additional_output else None


def add_rms_norm(x1, x2, gamma, epsilon=1e-6):
    """The normalized sum, the reciprocal root mean square of each row, and the sum itself."""
    total = x1 + x2
    scale = torch.rsqrt(total.float().square().mean(-1, keepdim=True) + epsilon)
    return torch.nn.functional.rms_norm(total, gamma.shape, gamma, epsilon), scale, total


def flash_attention_score(
    query, key, value, head_num, attn_mask=None, keep_prob=1.0, scalar_value=1.0, input_layout="BSH"
):
    """Attention over a layout in words of B(atch), S(equence), H(idden), N(umber of heads), D(epth)."""

    def apart(one):
        one = one.transpose(0, 1) if input_layout == "SBH" else one
        if input_layout in ("BSH", "SBH"):
            one = one.unflatten(-1, (-1, query.shape[-1] // head_num))
        return one if input_layout == "BNSD" else one.transpose(1, 2)

    seen = None if attn_mask is None else ~attn_mask.bool()
    result = torch.nn.functional.scaled_dot_product_attention(
        apart(query), apart(key), apart(value), seen, 1 - keep_prob, scale=scalar_value, enable_gqa=True
    )
    result = result if input_layout == "BNSD" else result.transpose(1, 2)
    result = result.flatten(2) if input_layout in ("BSH", "SBH") else result
    return result.transpose(0, 1) if input_layout == "SBH" else result


def fused_infer_attention(query, key, value, num_heads=1, mask=None, scale=1.0, input_layout="BSH"):
    """Attention over a layout in words of B(atch), S(equence), H(idden), N(umber of heads), D(epth)."""

    def apart(one):
        one = one[0] if isinstance(one, (tuple, list)) else one
        one = one.unflatten(-1, (-1, query.shape[-1] // num_heads)) if input_layout == "BSH" else one
        return one if input_layout == "BNSD" else one.transpose(1, 2)

    seen = None if mask is None else ~mask.bool()
    result = torch.nn.functional.scaled_dot_product_attention(
        apart(query), apart(key), apart(value), seen, scale=scale, enable_gqa=True
    )
    result = result if input_layout == "BNSD" else result.transpose(1, 2)
    return result.flatten(2) if input_layout == "BSH" else result


def incre_flash_attention(query, key, value, attn_mask=None, num_heads=1, input_layout="BSH", scale_value=1.0):
    """Attention of one step to all earlier ones."""

    def apart(one):
        one = one[0] if isinstance(one, (tuple, list)) else one
        one = one.unflatten(-1, (-1, query.shape[-1] // num_heads)) if input_layout == "BSH" else one
        return one if input_layout == "BNSD" else one.transpose(1, 2)

    seen = None if attn_mask is None else ~attn_mask.bool()
    result = torch.nn.functional.scaled_dot_product_attention(
        apart(query), apart(key), apart(value), seen, scale=scale_value, enable_gqa=True
    )
    result = result if input_layout == "BNSD" else result.transpose(1, 2)
    return result.flatten(2) if input_layout == "BSH" else result
