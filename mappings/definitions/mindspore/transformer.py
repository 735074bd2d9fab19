"""Transformers: what MindSpore lacks of PyTorch."""

import mindspore


class MultiheadAttention(mindspore.nn.MultiheadAttention):
    def __init__(
        self,
        embed_dim,
        num_heads,
        dropout=0.0,
        bias=True,
        add_bias_kv=False,
        add_zero_attn=False,
        kdim=None,
        vdim=None,
        batch_first=False,
    ):
        super().__init__(embed_dim, num_heads, dropout, bias, add_bias_kv, add_zero_attn, kdim, vdim, batch_first)

    def __call__(self, query, key, value, *args, **kwargs):
        return super().__call__(query, key, value, *args, **kwargs)

    def construct(
        self,
        query,
        key,
        value,
        key_padding_mask=None,
        need_weights=True,
        attn_mask=None,
        average_attn_weights=True,
        is_causal=False,
    ):
        result = super().construct(query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights)
        return result if need_weights else (result[0], None)


class TransformerWithoutBias(mindspore.nn.Transformer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for parameter in self.get_parameters():
            if parameter.name.rpartition(".")[2] in ("bias", "beta", "in_proj_bias"):
                parameter.set_data(mindspore.ops.zeros_like(parameter))
                parameter.requires_grad = False
