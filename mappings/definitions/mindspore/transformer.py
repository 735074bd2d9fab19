"""Transformers: what MindSpore lacks of PyTorch."""

import mindspore


def padding_beside(mask, padding):
    """A padding mask of the type of the attention mask beside it: MindSpore adds a bool to floats as if it were 0."""
    if mask is None or padding is None or mask.dtype == mindspore.bool_ or padding.dtype != mindspore.bool_:
        return padding
    return mindspore.ops.zeros(padding.shape, mask.dtype).masked_fill(padding, float("-inf"))


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
        padding = padding_beside(attn_mask, key_padding_mask)
        result = super().construct(query, key, value, padding, need_weights, attn_mask, average_attn_weights)
        return result if need_weights else (result[0], None)


class TransformerWithoutBias(mindspore.nn.Transformer):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for parameter in self.get_parameters():
            if parameter.name.rpartition(".")[2] in ("bias", "beta", "in_proj_bias"):
                parameter.set_data(mindspore.ops.zeros_like(parameter))
                parameter.requires_grad = False


def layers_equal_to(given, layers):
    """Give every layer the weights of the one that they are made after."""
    for layer in layers:
        for parameter, same in zip(layer.get_parameters(), given.get_parameters()):
            parameter.set_data(mindspore.Tensor(same))
            parameter.requires_grad = same.requires_grad


class TransformerEncoder(mindspore.nn.TransformerEncoder):
    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        super().__init__(encoder_layer, num_layers, norm)
        layers_equal_to(encoder_layer, self.layers)

    def construct(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        return super().construct(src, mask, padding_beside(mask, src_key_padding_mask))


class TransformerDecoder(mindspore.nn.TransformerDecoder):
    def __init__(self, decoder_layer, num_layers, norm=None):
        super().__init__(decoder_layer, num_layers, norm)
        layers_equal_to(decoder_layer, self.layers)

    def construct(
        self,
        tgt,
        memory,
        tgt_mask=None,
        memory_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        tgt_is_causal=None,
        memory_is_causal=False,
    ):
        tgt_padding = padding_beside(tgt_mask, tgt_key_padding_mask)
        memory_padding = padding_beside(memory_mask, memory_key_padding_mask)
        return super().construct(tgt, memory, tgt_mask, memory_mask, tgt_padding, memory_padding)


class Transformer(mindspore.nn.Transformer):
    def construct(
        self,
        src,
        tgt,
        src_mask=None,
        tgt_mask=None,
        memory_mask=None,
        src_key_padding_mask=None,
        tgt_key_padding_mask=None,
        memory_key_padding_mask=None,
        src_is_causal=None,
        tgt_is_causal=None,
        memory_is_causal=False,
    ):
        return super().construct(
            src,
            tgt,
            src_mask,
            tgt_mask,
            memory_mask,
            padding_beside(src_mask, src_key_padding_mask),
            padding_beside(tgt_mask, tgt_key_padding_mask),
            padding_beside(memory_mask, memory_key_padding_mask),
        )
