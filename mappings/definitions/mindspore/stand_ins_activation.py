"""Activations of MindSpore that take the arguments of PyTorch's: for places where a class is passed on."""

import mindspore


class ReLU(mindspore.nn.ReLU):
    """Takes the arguments of PyTorch's ReLU; nothing happens in place."""

    def __init__(self, inplace=False):
        super().__init__()


class ReLU6(mindspore.nn.ReLU6):
    """Takes the arguments of PyTorch's ReLU6; nothing happens in place."""

    def __init__(self, inplace=False):
        super().__init__()


class LeakyReLU(mindspore.nn.LeakyReLU):
    """Takes the arguments of PyTorch's LeakyReLU; nothing happens in place."""

    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__(negative_slope)


class PReLU(mindspore.nn.PReLU):
    """Takes the arguments of PyTorch's PReLU."""

    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        super().__init__(num_parameters, float(init))


class CELU(mindspore.nn.CELU):
    """Takes the arguments of PyTorch's CELU; nothing happens in place."""

    def __init__(self, alpha=1.0, inplace=False):
        super().__init__(float(alpha))


class GELU(mindspore.nn.GELU):
    """Takes the arguments of PyTorch's GELU, and is exact as that is."""

    def __init__(self, approximate="none"):
        super().__init__(approximate == "tanh")


class SiLU(mindspore.nn.SiLU):
    """Takes the arguments of PyTorch's SiLU; nothing happens in place."""

    def __init__(self, inplace=False):
        super().__init__()


class Hardswish(mindspore.nn.HSwish):
    """Takes the arguments of PyTorch's Hardswish; nothing happens in place."""

    def __init__(self, inplace=False):
        super().__init__()


class Hardsigmoid(mindspore.nn.HSigmoid):
    """Takes the arguments of PyTorch's Hardsigmoid; nothing happens in place."""

    def __init__(self, inplace=False):
        super().__init__()


class Hardtanh(mindspore.nn.Hardtanh):
    """Takes the arguments of PyTorch's Hardtanh; nothing happens in place."""

    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None):
        super().__init__(
            min_val if min_value is None else min_value,
            max_val if max_value is None else max_value,
        )


class Softmax(mindspore.nn.Softmax):
    """Takes the arguments of PyTorch's Softmax."""

    def __init__(self, dim=None):
        if dim is None:
            raise NotImplementedError("Softmax without dim")
        super().__init__(dim)


class LogSoftmax(mindspore.nn.LogSoftmax):
    """Takes the arguments of PyTorch's LogSoftmax."""

    def __init__(self, dim=None):
        if dim is None:
            raise NotImplementedError("LogSoftmax without dim")
        super().__init__(dim)
