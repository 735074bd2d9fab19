"""Embedding: what PyTorch lacks of MindSpore."""

import torch


class MultiFieldEmbedding(torch.nn.Module):
    def __init__(self, num_embeddings, embedding_dim, field_size, operator="SUM"):
        super().__init__()
        self.embedding_table = torch.nn.Parameter(torch.randn(num_embeddings, embedding_dim) * 0.01)
        self.field_size, self.operator = field_size, operator

    def forward(self, input_indices, input_values, field_ids):
        rows = self.embedding_table[input_indices.long()] * input_values.unsqueeze(-1)
        fields = torch.nn.functional.one_hot(field_ids.long(), self.field_size).to(rows.dtype)
        if self.operator == "MAX":
            used = (fields * (input_values != 0).unsqueeze(-1) > 0).unsqueeze(-1)
            largest = rows.unsqueeze(2).masked_fill(~used, float("-inf")).amax(1)
            return torch.where(used.any(1), largest, torch.zeros_like(largest))
        sums = torch.einsum("blf,ble->bfe", fields, rows)
        if self.operator == "MEAN":
            counts = torch.einsum("blf,bl->bf", fields, input_values.abs()).unsqueeze(-1)
            sums = torch.where(counts == 0, torch.zeros_like(sums), sums / counts)
        return sums
