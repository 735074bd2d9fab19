"""Pooling: what PyTorch lacks of MindSpore."""

import torch


def same_edges(input, kernel_size, stride, rank):
    edges = []
    for axis in range(-rank, 0):
        kernel, step = (one if isinstance(one, int) else one[axis] for one in (kernel_size, stride))
        size = input.shape[axis]
        total = max((size - 1) // step * step + kernel - size, 0)
        edges = [total // 2, total - total // 2, *edges]
    return edges


class SameMaxPool1d(torch.nn.MaxPool1d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 1)
        return super().forward(torch.nn.functional.pad(input, edges, value=float("-inf")))


class SameMaxPool2d(torch.nn.MaxPool2d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 2)
        return super().forward(torch.nn.functional.pad(input, edges, value=float("-inf")))


class SameMaxPool3d(torch.nn.MaxPool3d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 3)
        return super().forward(torch.nn.functional.pad(input, edges, value=float("-inf")))


class SameAvgPool1d(torch.nn.AvgPool1d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 1)
        counts = super().forward(torch.nn.functional.pad(torch.ones_like(input), edges))
        return super().forward(torch.nn.functional.pad(input, edges)) / counts


class SameAvgPool2d(torch.nn.AvgPool2d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 2)
        counts = super().forward(torch.nn.functional.pad(torch.ones_like(input), edges))
        return super().forward(torch.nn.functional.pad(input, edges)) / counts


class SameAvgPool3d(torch.nn.AvgPool3d):
    def forward(self, input):
        edges = same_edges(input, self.kernel_size, self.stride, 3)
        return super().forward(torch.nn.functional.pad(input, edges))
