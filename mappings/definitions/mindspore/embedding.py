"""Embedding: what MindSpore lacks of PyTorch."""

import mindspore


class PaddedEmbedding(mindspore.nn.Embedding):
    def __init__(self, num_embeddings, embedding_dim, padding_idx):
        padding_idx %= num_embeddings
        table = mindspore.common.initializer.Normal(1.0)
        super().__init__(num_embeddings, embedding_dim, embedding_table=table, padding_idx=padding_idx)
        self.skipped = padding_idx

    def construct(self, ids):
        rows = super().construct(ids)
        return mindspore.ops.where((ids == self.skipped).unsqueeze(-1), mindspore.ops.stop_gradient(rows), rows)


def embedding_bag(
    input, weight, offsets=None, mode="mean", per_sample_weights=None, include_last_offset=False, padding_idx=None
):
    if mindspore.ops.is_floating_point(input):  # the order of arguments before torch 1.0
        input, weight = weight, input
    flat = input.reshape(-1)
    place = mindspore.ops.arange(flat.shape[0])
    if offsets is None:
        count, bag = input.shape[0], place // input.shape[1]
    else:
        count = offsets.shape[0] - int(include_last_offset)
        bag = (place.unsqueeze(1) >= offsets[:count]).astype(mindspore.int32).sum(1) - 1
    member = bag.unsqueeze(0) == mindspore.ops.arange(count).unsqueeze(1)
    if padding_idx is not None:
        member = mindspore.ops.logical_and(member, flat != padding_idx % weight.shape[0])
    rows = mindspore.ops.gather(weight, flat, 0)
    share = member.astype(rows.dtype)
    size = share.sum(1, keepdims=True)
    if mode == "max":
        best = mindspore.ops.where(member.unsqueeze(-1), rows.unsqueeze(0), -3.0e38).amax(1)
        return mindspore.ops.where(size > 0, best, 0.0)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.reshape(-1, 1)
    total = mindspore.ops.matmul(share, rows)
    return total if mode == "sum" else total / mindspore.ops.clamp(size, min=1)


class EmbeddingBag(mindspore.nn.Cell):
    def __init__(
        self, num_embeddings, embedding_dim, mode="mean", _weight=None, include_last_offset=False, padding_idx=None
    ):
        super().__init__()
        table = mindspore.ops.randn(num_embeddings, embedding_dim) if _weight is None else _weight
        if _weight is None and padding_idx is not None:
            table[padding_idx] = 0
        self.weight = mindspore.Parameter(table)
        self.settings = (include_last_offset, padding_idx)
        self.mode = mode

    def construct(self, input, offsets=None, per_sample_weights=None):
        return embedding_bag(input, self.weight, offsets, self.mode, per_sample_weights, *self.settings)


def embedding(input, weight, padding_idx=None):
    rows = mindspore.ops.gather(weight, input, 0)
    if padding_idx is None:
        return rows
    padding = (input == padding_idx % weight.shape[0]).unsqueeze(-1)
    return mindspore.ops.where(padding, mindspore.ops.stop_gradient(rows), rows)
