"""Convolution: what PyTorch lacks of MindSpore."""

import torch


class SameConv1d(torch.nn.Conv1d):  # also with Conv2d, Conv3d for Conv1d
    def forward(self, input):
        edges = []
        for size, kernel, stride, dilation in zip(input.shape[2:], self.kernel_size, self.stride, self.dilation):
            total = max((size - 1) // stride * stride + dilation * (kernel - 1) + 1 - size, 0)
            edges = [total // 2, total - total // 2, *edges]
        return super().forward(torch.nn.functional.pad(input, edges))


class EdgedConv2d(torch.nn.Conv2d):  # also with Conv3d for Conv2d
    def __init__(self, edges, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.edges = [side for pair in zip(edges[-2::-2], edges[::-2]) for side in pair]

    def forward(self, input):
        return super().forward(torch.nn.functional.pad(input, self.edges))


class Conv2dBnAct(torch.nn.Module):
    def __init__(self, conv, has_bn, momentum, eps, activation):
        super().__init__()
        self.conv = conv
        self.batchnorm = torch.nn.BatchNorm2d(conv.out_channels, eps, momentum) if has_bn else torch.nn.Identity()
        self.activation = activation or torch.nn.Identity()

    def forward(self, x):
        return self.activation(self.batchnorm(self.conv(x)))


class CroppedConvTranspose1d(torch.nn.ConvTranspose1d):
    def __init__(self, in_channels, out_channels, kernel_size, stride, pad_mode, edges, **kwargs):
        super().__init__(in_channels, out_channels, kernel_size, stride, **kwargs)
        self.edges = (edges,) * 2 if isinstance(edges, int) else edges
        self.pad_mode = pad_mode

    def forward(self, input):
        crop = []
        for axis in range(1):
            excess = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1 - self.stride[axis]
            before, after = self.edges[2 * axis : 2 * axis + 2]
            if self.pad_mode != "pad":
                before = max(excess, 0) // 2 if self.pad_mode == "same" else 0
                after = excess - before if self.pad_mode == "same" else min(excess, 0)
            crop = [-before, -after, *crop]
        result = torch.conv_transpose1d(input, self.weight, None, self.stride, 0, 0, self.groups, self.dilation)
        result = torch.nn.functional.pad(result, crop)
        if self.bias is not None:
            result = result + self.bias.reshape((-1, 1))
        return result


class CroppedConvTranspose2d(torch.nn.ConvTranspose2d):
    def __init__(self, in_channels, out_channels, kernel_size, stride, pad_mode, edges, output_padding=0, **kwargs):
        super().__init__(in_channels, out_channels, kernel_size, stride, **kwargs)
        self.edges = (edges,) * 4 if isinstance(edges, int) else edges
        self.pad_mode = pad_mode
        self.behind = (output_padding,) * 2 if isinstance(output_padding, int) else output_padding

    def forward(self, input):
        crop = []
        for axis in range(2):
            excess = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1 - self.stride[axis]
            before, after = self.edges[2 * axis : 2 * axis + 2]
            if self.pad_mode != "pad":
                before = max(excess, 0) // 2 if self.pad_mode == "same" else 0
                after = excess - before if self.pad_mode == "same" else min(excess, 0)
            crop = [-before, -after, *crop]
        result = torch.conv_transpose2d(input, self.weight, None, self.stride, 0, 0, self.groups, self.dilation)
        result = torch.nn.functional.pad(result, crop)
        if self.bias is not None:
            result = result + self.bias.reshape((-1, 1, 1))
        return torch.nn.functional.pad(result, (0, self.behind[1], 0, self.behind[0]))


class CroppedConvTranspose3d(torch.nn.ConvTranspose3d):
    def __init__(self, in_channels, out_channels, kernel_size, stride, pad_mode, edges, **kwargs):
        super().__init__(in_channels, out_channels, kernel_size, stride, **kwargs)
        self.edges = (edges,) * 6 if isinstance(edges, int) else edges
        self.pad_mode = pad_mode

    def forward(self, input):
        crop = []
        for axis in range(3):
            excess = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1 - self.stride[axis]
            before, after = self.edges[2 * axis : 2 * axis + 2]
            if self.pad_mode != "pad":
                before = max(excess, 0) // 2 if self.pad_mode == "same" else 0
                after = excess - before if self.pad_mode == "same" else min(excess, 0)
            crop = [-before, -after, *crop]
        result = torch.conv_transpose3d(input, self.weight, None, self.stride, 0, 0, self.groups, self.dilation)
        result = torch.nn.functional.pad(result, crop)
        if self.bias is not None:
            result = result + self.bias.reshape((-1, 1, 1, 1))
        return result


def conv3d_transpose(inputs, weight, padding=0, stride=1, dilation=1, group=1, output_padding=0):
    """Takes the padding of both sides of each dimension, which must be equal."""
    edges = padding if isinstance(padding, int) else tuple(padding[::2])
    return torch.nn.functional.conv_transpose3d(inputs, weight, None, stride, edges, output_padding, group, dilation)


def deformable_conv2d(
    x, weight, offsets, kernel_size, strides, padding, bias=None, dilations=(1,) * 4, groups=1, deformable_groups=1
):
    """A convolution that reads at shifted places; offsets are all shifts along x, all along y, and factors."""
    batch, _, *sizes = x.shape
    shape = offsets.shape[2:]
    shifts = offsets.reshape(batch, 3, deformable_groups, *kernel_size, *shape)
    places = []
    for axis in (1, 0):
        steps = torch.arange(shape[axis], device=x.device) * strides[2 + axis] - padding[2 * axis]
        taps = torch.arange(kernel_size[axis], device=x.device) * dilations[2 + axis]
        whole = taps[:, None] + steps
        whole = whole[:, None, :, None] if axis == 0 else whole[None, :, None, :]
        places.append((2 * (shifts[:, 1 - axis] + whole) + 1) / sizes[axis] - 1)
    grid = torch.stack(places, -1).reshape(batch * deformable_groups, -1, shape[1], 2)
    parts = x.reshape(batch * deformable_groups, -1, *sizes)
    read = torch.nn.functional.grid_sample(parts, grid, align_corners=False)
    read = read.reshape(batch, deformable_groups, parts.shape[1], *shifts.shape[3:]) * shifts[:, 2, :, None]
    read = read.reshape(batch, groups, -1, shape[0] * shape[1])
    result = (weight.reshape(groups, weight.shape[0] // groups, -1) @ read).reshape(batch, -1, *shape)
    return result if bias is None else result + bias.reshape(-1, 1, 1)
