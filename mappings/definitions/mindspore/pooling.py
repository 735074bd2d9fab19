"""Pooling: what MindSpore lacks of PyTorch."""

import mindspore


def average_pool(
    input, rank, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
):
    def spread(value, fill):
        value = (value,) if isinstance(value, int) else tuple(value)
        return (fill,) * (rank == 1) + (value * rank if len(value) == 1 else value)

    sizes = input.shape[-rank:] if rank > 1 else (1, input.shape[-1])
    batch = input.reshape(-1 if input.ndim > rank + 1 else 1, input.shape[-rank - 1], *sizes)
    kernel, edges = spread(kernel_size, 1), spread(padding, 0)
    step = spread(stride, 1) if stride else kernel
    inner, outer = [], []
    for size, width, hop, edge in zip(sizes, kernel, step, edges):
        span = size + 2 * edge - width
        count = (-(-span // hop) if ceil_mode else span // hop) + 1
        if ceil_mode and (count - 1) * hop >= size + edge:
            count -= 1
        inner = [edge, edge, *inner]
        outer = [0, max(0, (count - 1) * hop + width - size - 2 * edge), *outer]
    pool = mindspore.ops.avg_pool2d if len(sizes) == 2 else mindspore.ops.avg_pool3d

    def mean(tensor):
        return pool(mindspore.ops.pad(tensor, outer), kernel, step)

    total = mean(mindspore.ops.pad(batch, inner))
    if divisor_override:
        area = 1
        for width in kernel:
            area *= width
        share = divisor_override / area
    elif ceil_mode or not count_include_pad:
        ones = mindspore.ops.ones((1, 1, *sizes), input.dtype)
        share = mean(mindspore.ops.pad(ones, inner, value=1.0 if count_include_pad else 0.0))
    else:
        share = 1
    result = total / share
    return result.reshape(*input.shape[:-rank], *result.shape[-rank:])


class AvgPool1d(mindspore.nn.Cell):
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        super().__init__()
        self.settings = (kernel_size, stride, padding, ceil_mode, count_include_pad)

    def construct(self, input):
        return average_pool(input, 1, *self.settings)


class AvgPool2d(mindspore.nn.Cell):
    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__()
        self.settings = (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def construct(self, input):
        return average_pool(input, 2, *self.settings)


class AdaptiveAvgPool1d(mindspore.nn.Cell):
    def __init__(self, output_size):
        super().__init__()
        self.size = output_size if isinstance(output_size, int) else output_size[0]

    def construct(self, input):
        return mindspore.ops.adaptive_avg_pool2d(input.unsqueeze(-2), (1, self.size)).squeeze(-2)


class AdaptiveMaxPool1d(mindspore.nn.Cell):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.size = output_size if isinstance(output_size, int) else output_size[0]
        self.return_indices = return_indices

    def construct(self, input):
        found = mindspore.ops.adaptive_max_pool2d(input.unsqueeze(-2), (1, self.size), self.return_indices)
        return tuple(one.squeeze(-2) for one in found) if self.return_indices else found.squeeze(-2)


class AdaptiveMaxPool3d(mindspore.nn.Cell):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.sizes = (output_size,) * 3 if isinstance(output_size, int) else tuple(output_size)
        self.return_indices = return_indices

    def construct(self, input):
        sizes = tuple(old if new is None else new for new, old in zip(self.sizes, input.shape[-3:]))
        return mindspore.ops.adaptive_max_pool3d(input, sizes, self.return_indices)


class AvgPool3d(mindspore.nn.Cell):
    def __init__(
        self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
    ):
        super().__init__()
        self.settings = (kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)

    def construct(self, input):
        return average_pool(input, 3, *self.settings)


def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    sizes = (kernel_size,) if isinstance(kernel_size, int) else tuple(kernel_size)
    area = sizes[0]
    mean = average_pool(input**norm_type, 1, sizes, stride, 0, ceil_mode)
    return (mean * area) ** (1.0 / norm_type)


class LPPool1d(mindspore.nn.Cell):
    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self.settings = (norm_type, kernel_size, stride, ceil_mode)

    def construct(self, input):
        return lp_pool1d(input, *self.settings)


def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    sizes = (kernel_size,) * 2 if isinstance(kernel_size, int) else tuple(kernel_size)
    area = sizes[0] * sizes[1]
    mean = average_pool(input**norm_type, 2, sizes, stride, 0, ceil_mode)
    return (mean * area) ** (1.0 / norm_type)


class LPPool2d(mindspore.nn.Cell):
    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self.settings = (norm_type, kernel_size, stride, ceil_mode)

    def construct(self, input):
        return lp_pool2d(input, *self.settings)


class LPPool3d(mindspore.nn.Cell):
    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self.norm_type = norm_type
        self.sizes = (kernel_size,) * 3 if isinstance(kernel_size, int) else tuple(kernel_size)
        self.stride = self.sizes if stride is None else stride
        self.ceil_mode = ceil_mode

    def construct(self, input):
        mean = mindspore.ops.avg_pool3d(input**self.norm_type, self.sizes, self.stride, 0, self.ceil_mode)
        total = mean * (self.sizes[0] * self.sizes[1] * self.sizes[2])
        return total ** (1.0 / self.norm_type)


def adaptive_avg_pool1d(input, output_size):
    size = output_size if isinstance(output_size, int) else output_size[0]
    return mindspore.ops.adaptive_avg_pool2d(input.unsqueeze(-2), (1, size)).squeeze(-2)


def adaptive_max_pool1d(input, output_size, return_indices=False):
    size = output_size if isinstance(output_size, int) else output_size[0]
    found = mindspore.ops.adaptive_max_pool2d(input.unsqueeze(-2), (1, size), return_indices)
    return tuple(one.squeeze(-2) for one in found) if return_indices else found.squeeze(-2)


def adaptive_max_pool3d(input, output_size, return_indices=False):
    sizes = (output_size,) * 3 if isinstance(output_size, int) else output_size
    sizes = tuple(old if new is None else new for new, old in zip(sizes, input.shape[-3:]))
    return mindspore.ops.adaptive_max_pool3d(input, sizes, return_indices)


def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    size = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
    step = size if stride is None else stride if isinstance(stride, int) else stride[0]
    edge = padding if isinstance(padding, int) else padding[0]
    gap = dilation if isinstance(dilation, int) else dilation[0]
    pool = mindspore.nn.MaxPool1d(size, step, "pad", edge, gap, return_indices, ceil_mode)
    return pool(input)


def lp_pool3d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    sizes = (kernel_size,) * 3 if isinstance(kernel_size, int) else tuple(kernel_size)
    mean = mindspore.ops.avg_pool3d(input**norm_type, sizes, sizes if stride is None else stride, 0, ceil_mode)
    total = mean * (sizes[0] * sizes[1] * sizes[2])
    return total ** (1.0 / norm_type)


def fractional_max_pool2d(
    input, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None
):
    images = mindspore.ops.stop_gradient(input if input.ndim == 4 else input.unsqueeze(0))
    _, places = mindspore.ops.fractional_max_pool2d(
        images, kernel_size, output_size, output_ratio, True, _random_samples
    )
    places = places if input.ndim == 4 else places.squeeze(0)
    flat = input.reshape(*input.shape[:-2], -1)
    result = mindspore.ops.gather_elements(flat, -1, places.reshape(*places.shape[:-2], -1)).reshape(places.shape)
    return (result, places) if return_indices else result


class FractionalMaxPool2d(mindspore.nn.Cell):
    def __init__(self, kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None):
        super().__init__()
        self.settings = (kernel_size, output_size, output_ratio, return_indices, _random_samples)

    def construct(self, input):
        return fractional_max_pool2d(input, *self.settings)
