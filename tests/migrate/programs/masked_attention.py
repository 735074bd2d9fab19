"""Transformers with float masks beside bool padding masks, a tensor that is filled and written to, and rows that are
picked by an index and changed."""

import math

import torch
import torch.nn.functional as F
from torch import einsum, nn
from torch.autograd import Variable


def causal(size):
    mask = torch.full((size, size), float("-inf"))
    for row in range(size):
        mask[row, : row + 1] = 0.0
    return mask


class Positions(nn.Module):
    def __init__(self, width, longest=16):
        super().__init__()
        pe = torch.Tensor(longest, width)
        position = torch.arange(0, longest, dtype=torch.float).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
        pe[:, 0::2] = torch.sin(position * rate)
        pe[:, 1::2] = torch.cos(position * rate)
        self.register_buffer("pe", pe.unsqueeze(1))

    def forward(self, x):
        return x + self.pe[: x.size(0)]


class Model(nn.Module):
    def __init__(self, tokens=11, width=8, heads=2):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(tokens, width)
        self.positions = Positions(width)
        layer = nn.TransformerEncoderLayer(width, heads, 16, dropout=0.0)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.bias = nn.Parameter(torch.FloatTensor(tokens))
        self.head = nn.Linear(width, tokens)
        self.has_flash = hasattr(torch.nn.functional, "scaled_dot_product_attention")
        nn.init.constant_(self.bias.data, 0.1)

    def forward(self, tokens: torch.LongTensor, mask, padding):
        x = self.positions(self.embedding(tokens) * math.sqrt(self.width))
        x = self.encoder(x, mask=mask, src_key_padding_mask=padding)
        rows = x.transpose(0, 1)
        mixed, _ = self.attention(query=rows, key=rows, value=rows, key_padding_mask=padding, attn_mask=mask)
        if self.has_flash:
            mixed = mixed + F.scaled_dot_product_attention(rows, rows, rows, is_causal=True)
        alike = einsum("b i d, b j d -> b i j", mixed, rows)
        return self.head(mixed.transpose(0, 1)) + self.bias, alike


model = Model()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
sentences = (torch.arange(12 * 7).view(12, 7) * 3) % 11
mask = causal(7)
losses = []
model.train()
for step in range(19):
    index = torch.tensor([step % 12, (step * 5) % 12, (step * 7) % 12])
    rows = sentences[index]
    rows[:, 5:] = 0
    padding = rows == 0
    padding[:, 0] = False
    tokens = Variable(rows.t())
    logits, alike = model(tokens, mask, padding)
    loss = F.cross_entropy(logits.reshape(-1, 11), tokens.roll(-1, 0).reshape(-1), ignore_index=0)
    loss = loss + 0.001 * alike.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 0.5)
    optimizer.step()
    losses.append(loss.item())
losses.append(float(sentences.sum()))
