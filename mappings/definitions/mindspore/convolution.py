"""Convolution: what MindSpore lacks of PyTorch."""

import mindspore


class PaddedConv1d(mindspore.nn.Conv1d):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="reflect",
    ):
        super().__init__(in_channels, out_channels, kernel_size, stride, "valid", 0, dilation, groups, has_bias=bias)
        edge = padding if isinstance(padding, int) else padding[0]
        self.edges = (edge, edge)
        self.mode = "constant" if padding_mode == "zeros" else padding_mode

    def construct(self, input):
        return super().construct(mindspore.ops.pad(input, self.edges, self.mode))


class PaddedConv2d(mindspore.nn.Conv2d):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        padding_mode="reflect",
    ):
        super().__init__(in_channels, out_channels, kernel_size, stride, "valid", 0, dilation, groups, has_bias=bias)
        high, wide = (padding, padding) if isinstance(padding, int) else padding
        self.edges = (wide, wide, high, high)
        self.mode = "constant" if padding_mode == "zeros" else padding_mode

    def construct(self, input):
        return super().construct(mindspore.ops.pad(input, self.edges, self.mode))


class ConvTranspose1d(mindspore.nn.Conv1dTranspose):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
    ):
        kernel_size, stride, padding, output_padding, dilation = (
            value if isinstance(value, int) else value[0]
            for value in (kernel_size, stride, padding, output_padding, dilation)
        )
        super().__init__(
            in_channels, out_channels, kernel_size, stride, "pad", padding, dilation, groups, has_bias=bias
        )
        self.grow = dilation * (kernel_size - 1) - 2 * padding + output_padding + 1
        self.step = stride

    def construct(self, input):
        size = (input.shape[2] - 1) * self.step + self.grow
        result = self.conv2d_transpose(input.unsqueeze(2), self.weight, (input.shape[0], self.out_channels, 1, size))
        return (self.bias_add(result, self.bias) if self.has_bias else result).squeeze(2)


class ConvTranspose2d(mindspore.nn.Conv2dTranspose):
    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        stride=1,
        padding=0,
        output_padding=0,
        groups=1,
        bias=True,
        dilation=1,
    ):
        edges = padding if isinstance(padding, int) else (padding[0], padding[0], padding[1], padding[1])
        super().__init__(
            in_channels, out_channels, kernel_size, stride, "pad", edges, dilation=dilation, group=groups, has_bias=bias
        )
        self.edges = (padding, padding) if isinstance(padding, int) else tuple(padding)
        self.extra = (output_padding,) * 2 if isinstance(output_padding, int) else tuple(output_padding)

    def construct(self, input):
        sizes = [
            (size - 1) * step - 2 * edge + gap * (width - 1) + more + 1
            for size, step, edge, gap, width, more in zip(
                input.shape[2:], self.stride, self.edges, self.dilation, self.kernel_size, self.extra
            )
        ]
        result = self.conv2d_transpose(input, self.weight, (input.shape[0], self.out_channels, *sizes))
        return self.bias_add(result, self.bias) if self.has_bias else result


class Fold(mindspore.nn.Cell):
    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self.size = (output_size,) * 2 if isinstance(output_size, int) else tuple(output_size)
        self.windows = (kernel_size, dilation, padding, stride)

    def construct(self, input):
        batch = input if input.ndim == 3 else input.unsqueeze(0)
        result = mindspore.ops.fold(batch, mindspore.Tensor(self.size, mindspore.int32), *self.windows)
        return result if input.ndim == 3 else result.squeeze(0)


class Unfold(mindspore.nn.Cell):
    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self.windows = (kernel_size, dilation, padding, stride)

    def construct(self, input):
        batch = input if input.ndim == 4 else input.unsqueeze(0)
        result = mindspore.ops.unfold(batch, *self.windows)
        return result if input.ndim == 4 else result.squeeze(0)


def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    stride, padding, extra, dilation = (
        value if isinstance(value, int) else value[0] for value in (stride, padding, output_padding, dilation)
    )
    rows = input if input.ndim == 3 else input.unsqueeze(0)
    width = weight.shape[2]
    whole = (rows.shape[2] - 1) * stride + dilation * (width - 1) + 1
    size, fits = whole - 2 * padding + extra, extra < stride  # otherwise the primitive refuses, so it is cut out
    convolve = mindspore.ops.Conv2DTranspose(
        weight.shape[0],
        (1, width),
        pad_mode="pad",
        pad=(0, 0, padding, padding) if fits else 0,
        stride=(1, stride),
        dilation=(1, dilation),
        group=groups,
    )
    sizes = (rows.shape[0], weight.shape[1] * groups, 1, size if fits else whole)
    result = convolve(rows.unsqueeze(2), weight.unsqueeze(2), sizes).squeeze(2)
    if not fits:
        result = mindspore.ops.pad(result, (0, extra))[:, :, padding : padding + size]
    result = result if bias is None else result + bias.reshape(-1, 1)
    return result if input.ndim == 3 else result.squeeze(0)


def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    def pair(value):
        return (value, value) if isinstance(value, int) else tuple(value)

    stride, padding, extra, dilation, kernel = *map(pair, (stride, padding, output_padding, dilation)), weight.shape[2:]
    images = input if input.ndim == 4 else input.unsqueeze(0)
    whole = [
        (size - 1) * step + gap * (width - 1) + 1
        for size, step, gap, width in zip(images.shape[2:], stride, dilation, kernel)
    ]
    sizes = [size - 2 * edge + more for size, edge, more in zip(whole, padding, extra)]
    fits = all(more < step for more, step in zip(extra, stride))  # otherwise the primitive refuses, so it is cut out
    edges = (padding[0], padding[0], padding[1], padding[1]) if fits else 0
    convolve = mindspore.ops.Conv2DTranspose(
        weight.shape[0], kernel, pad_mode="pad", pad=edges, stride=stride, dilation=dilation, group=groups
    )
    result = convolve(images, weight, (images.shape[0], weight.shape[1] * groups, *(sizes if fits else whole)))
    if not fits:
        result = mindspore.ops.pad(result, (0, extra[1], 0, extra[0]))
        top, left = padding
        result = result[:, :, top : top + sizes[0], left : left + sizes[1]]
    result = result if bias is None else result + bias.reshape(-1, 1, 1)
    return result if input.ndim == 4 else result.squeeze(0)


def conv_transpose3d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    edges = (padding,) * 6 if isinstance(padding, int) else tuple(edge for edge in padding for _ in range(2))
    gaps = (dilation,) * 3 if isinstance(dilation, int) else dilation
    for axis, gap in enumerate(gaps, 2):  # a dilated kernel is one with zeros between its numbers
        if gap > 1:
            spread = mindspore.ops.stack([weight, *[mindspore.ops.zeros_like(weight)] * (gap - 1)], axis + 1)
            weight = spread.flatten(start_dim=axis, end_dim=axis + 1).narrow(
                axis, 0, gap * (weight.shape[axis] - 1) + 1
            )
    volumes = input if input.ndim == 5 else input.unsqueeze(0)
    pieces = [
        mindspore.ops.conv3d_transpose(x, w, "pad", edges, stride, 1, 1, output_padding)
        for x, w in zip(volumes.chunk(groups, 1), weight.chunk(groups, 0))
    ]
    result = mindspore.ops.cat(pieces, 1)
    result = result if bias is None else result + bias.reshape(-1, 1, 1, 1)
    return result if input.ndim == 5 else result.squeeze(0)


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    size = mindspore.Tensor((output_size,) * 2 if isinstance(output_size, int) else output_size, mindspore.int32)
    batch = input if input.ndim == 3 else input.unsqueeze(0)
    result = mindspore.ops.fold(batch, size, kernel_size, dilation, padding, stride)
    return result if input.ndim == 3 else result.squeeze(0)
