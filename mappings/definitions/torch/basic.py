"""Basic layers: what PyTorch lacks of MindSpore."""

import torch


class OneHot(torch.nn.Module):
    def __init__(self, axis, depth, on_value, off_value, dtype):
        super().__init__()
        self.axis, self.depth, self.values, self.dtype = axis, depth, (on_value, off_value), dtype

    def forward(self, indices):
        hot = indices.unsqueeze(-1) == torch.arange(self.depth, device=indices.device)
        on, off = (torch.tensor(value, dtype=self.dtype, device=indices.device) for value in self.values)
        return torch.where(hot, on, off).movedim(-1, self.axis)


class Norm(torch.nn.Module):
    def __init__(self, axis=(), keep_dims=False):
        super().__init__()
        self.axis, self.keep_dims = axis, keep_dims

    def forward(self, x):
        axis = None if self.axis == () else self.axis
        return torch.linalg.vector_norm(x, 2, axis, self.keep_dims)


class ClipByNorm(torch.nn.Module):
    def __init__(self, axis=None):
        super().__init__()
        self.axis = axis

    def forward(self, x, clip_norm):
        norm = torch.linalg.vector_norm(x, 2, self.axis, True)
        return x * clip_norm / torch.maximum(norm, torch.as_tensor(clip_norm, dtype=x.dtype, device=x.device))


class L1Regularizer(torch.nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale = scale

    def forward(self, weights):
        return self.scale * weights.abs().sum()


class Roll(torch.nn.Module):
    def __init__(self, shift, axis):
        super().__init__()
        self.shift, self.axis = shift, axis

    def forward(self, input_x):
        return torch.roll(input_x, self.shift, self.axis)


class Tril(torch.nn.Module):
    def forward(self, x, k=0):
        return torch.tril(x, k)


class Triu(torch.nn.Module):
    def forward(self, x, k=0):
        return torch.triu(x, k)


class MatrixDiag(torch.nn.Module):
    def forward(self, input_x):
        return torch.diag_embed(input_x)


class MatrixDiagPart(torch.nn.Module):
    def forward(self, input_x):
        return torch.diagonal(input_x, 0, -2, -1)


class MatrixSetDiag(torch.nn.Module):
    def forward(self, input_x, diagonal):
        return torch.diagonal_scatter(input_x, diagonal, 0, -2, -1)


class TimeDistributed(torch.nn.Module):
    def __init__(self, layer, time_axis):
        super().__init__()
        self.layer, self.time_axis = layer, time_axis

    def forward(self, inputs):
        axis = self.time_axis % inputs.ndim
        return torch.stack([self.layer(step) for step in inputs.unbind(axis)], axis)
