"""Layers that take the arguments of PyTorch's: for places where a class is passed on and called elsewhere."""

import mindspore


class Conv1d(mindspore.nn.Conv1d):
    """Takes the arguments of PyTorch's Conv1d."""

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
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        if padding_mode != "zeros":
            raise NotImplementedError(padding_mode)
        mode, edge = (padding, 0) if isinstance(padding, str) else ("pad", padding)
        kernel_size, stride, edge, dilation = (
            value if isinstance(value, int) else value[0] for value in (kernel_size, stride, edge, dilation)
        )
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            mode,
            edge,
            dilation,
            groups,
            has_bias=bias,
            dtype=dtype or mindspore.float32,
        )


class Conv2d(mindspore.nn.Conv2d):  # also with Conv3d for Conv2d
    """Takes the arguments of PyTorch's Conv2d."""

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
        padding_mode="zeros",
        device=None,
        dtype=None,
    ):
        if padding_mode != "zeros":
            raise NotImplementedError(padding_mode)
        mode, edges = (padding, 0) if isinstance(padding, str) else ("pad", padding)
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            mode,
            edges if isinstance(edges, int) else tuple(edge for edge in edges for _ in range(2)),
            dilation,
            groups,
            has_bias=bias,
            dtype=dtype or mindspore.float32,
        )


class Linear(mindspore.nn.Dense):
    """Takes the arguments of PyTorch's Linear."""

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__(in_features, out_features, has_bias=bias, dtype=dtype or mindspore.float32)


class BatchNorm1d(mindspore.nn.BatchNorm1d):  # also with BatchNorm2d for BatchNorm1d
    """Takes the arguments of PyTorch's BatchNorm1d."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
        bias=True,
    ):
        batch = None if track_running_stats else True
        super().__init__(num_features, eps, 1 - momentum, affine, use_batch_statistics=batch)
        if not bias:
            self.beta.requires_grad = False


class BatchNorm3d(mindspore.nn.BatchNorm3d):
    """Takes the arguments of PyTorch's BatchNorm3d."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
        bias=True,
    ):
        batch = None if track_running_stats else True
        super().__init__(num_features, eps, 1 - momentum, affine, use_batch_statistics=batch)
        if not bias:
            self.bn2d.beta.requires_grad = False


class GroupNorm(mindspore.nn.GroupNorm):
    """Takes the arguments of PyTorch's GroupNorm."""

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None, bias=True):
        super().__init__(num_groups, num_channels, eps, affine)
        if not bias:
            self.beta.requires_grad = False


class Dropout(mindspore.nn.Dropout):  # also with Dropout1d, Dropout2d, Dropout3d for Dropout
    """Takes the arguments of PyTorch's Dropout."""

    def __init__(self, p=0.5, inplace=False):
        super().__init__(p=float(p))


class MaxPool1d(mindspore.nn.MaxPool1d):  # also with MaxPool2d, MaxPool3d for MaxPool1d
    """Takes the arguments of PyTorch's MaxPool1d."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        stride = kernel_size if stride is None else stride
        super().__init__(kernel_size, stride, "pad", padding, dilation, return_indices, ceil_mode)
