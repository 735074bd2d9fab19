"""Normalization: what MindSpore lacks of PyTorch."""

import mindspore


class PlainBatchNorm(mindspore.nn.Cell):
    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=False):
        super().__init__()
        ones, zeros = mindspore.ops.ones(num_features), mindspore.ops.zeros(num_features)
        self.gamma = mindspore.Parameter(ones) if affine else ones
        self.beta = mindspore.Parameter(zeros) if affine else zeros
        self.eps = eps

    def construct(self, input):
        axes, shape = (0, *range(2, input.ndim)), (1, -1) + (1,) * (input.ndim - 2)
        mean = input.mean(axes, keep_dims=True)
        var = (input - mean).square().mean(axes, keep_dims=True)
        result = (input - mean) * mindspore.ops.rsqrt(var + self.eps)
        return result * self.gamma.reshape(shape) + self.beta.reshape(shape)


class LayerNorm(mindspore.nn.LayerNorm):
    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        super().__init__(shape, epsilon=eps)
        self.axes, self.eps = len(shape), eps
        if not elementwise_affine:
            self.gamma.set_data(mindspore.ops.ones_like(self.gamma))
            self.gamma.requires_grad = False
        if not elementwise_affine or not bias:
            self.beta.set_data(mindspore.ops.zeros_like(self.beta))
            self.beta.requires_grad = False

    def construct(self, input):
        axis = input.ndim - self.axes
        return mindspore.ops.LayerNorm(axis, axis, self.eps)(input, self.gamma, self.beta)[0]


class RMSNorm(mindspore.nn.Cell):
    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, dtype=mindspore.float32):
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.axes = tuple(range(-len(shape), 0))
        self.eps = 2.0**-23 if eps is None else eps
        self.weight = mindspore.Parameter(mindspore.ops.ones(shape, dtype)) if elementwise_affine else None

    def construct(self, input):
        result = input * mindspore.ops.rsqrt(input.square().mean(self.axes, keep_dims=True) + self.eps)
        return result if self.weight is None else result * self.weight


class InstanceNorm(mindspore.nn.Cell):
    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        device=None,
        dtype=None,
        bias=True,
    ):
        super().__init__()
        ones, zeros = mindspore.ops.ones(num_features), mindspore.ops.zeros(num_features)
        self.eps, self.momentum, self.track = eps, momentum, track_running_stats
        self.weight = mindspore.Parameter(ones) if affine else None
        self.bias = mindspore.Parameter(zeros, requires_grad=bias) if affine else None
        if track_running_stats:
            self.running_mean = mindspore.Parameter(zeros, requires_grad=False)
            self.running_var = mindspore.Parameter(ones, requires_grad=False)

    def construct(self, input):
        axes, shape = tuple(range(2, input.ndim)), (1, -1) + (1,) * (input.ndim - 2)
        if self.track and not self.training:
            mean, var = self.running_mean.reshape(shape), self.running_var.reshape(shape)
        else:
            mean = input.mean(axes, keep_dims=True)
            var = (input - mean).square().mean(axes, keep_dims=True)
        if self.track and self.training:
            count = input[0, 0].size
            for old, new in ((self.running_mean, mean), (self.running_var, var * count / (count - 1))):
                old.set_data(old * (1 - self.momentum) + new.mean(0).flatten() * self.momentum)
        result = (input - mean) * mindspore.ops.rsqrt(var + self.eps)
        return result if self.weight is None else result * self.weight.reshape(shape) + self.bias.reshape(shape)


class LocalResponseNorm(mindspore.nn.Cell):
    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size, self.alpha, self.beta, self.k = size, alpha, beta, k

    def construct(self, input):
        square = input.square().reshape(input.shape[0], 1, input.shape[1], -1)
        square = mindspore.ops.pad(square, (0, 0, self.size // 2, (self.size - 1) // 2))
        mean = mindspore.ops.avg_pool2d(square, (self.size, 1), 1).reshape(input.shape)
        return input / (mean * self.alpha + self.k) ** self.beta


def normalize(input, p=2.0, dim=1, eps=1e-12):
    return input / mindspore.ops.clamp(mindspore.ops.vector_norm(input, p, dim, True), min=eps)


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    channels = input.shape[1]
    ones, zeros = mindspore.ops.ones(channels, input.dtype), mindspore.ops.zeros(channels, input.dtype)
    mean = zeros if running_mean is None else running_mean
    var = ones if running_var is None else running_var
    gamma = ones if weight is None else weight
    beta = zeros if bias is None else bias
    if training and (running_mean is None or not 0 < momentum <= 1):
        axes, shape = (0, *range(2, input.ndim)), (1, -1) + (1,) * (input.ndim - 2)
        centre = input.mean(axes, keep_dims=True)
        spread = (input - centre).square().mean(axes, keep_dims=True)
        if running_mean is not None:
            count = input.size // channels
            mean.copy_((1 - momentum) * mean + momentum * centre.reshape(-1))
            var.copy_((1 - momentum) * var + momentum * spread.reshape(-1) * count / (count - 1))
        result = (input - centre) * mindspore.ops.rsqrt(spread + eps)
        return result * gamma.reshape(shape) + beta.reshape(shape)
    flat = input.reshape(input.shape[0], channels, -1, 1)
    momentum = momentum if training else 1.0
    return mindspore.ops.batch_norm(flat, mean, var, gamma, beta, training, momentum, eps).reshape(input.shape)


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    shape = tuple(normalized_shape)
    axis = input.ndim - len(shape)
    gamma = mindspore.ops.ones(shape, input.dtype) if weight is None else weight
    beta = mindspore.ops.zeros(shape, input.dtype) if bias is None else bias
    return mindspore.ops.LayerNorm(axis, axis, eps)(input, gamma, beta)[0]


def rms_norm(input, normalized_shape, weight=None, eps=None):
    axes = tuple(range(-len(normalized_shape), 0))
    eps = 2.0**-23 if eps is None else eps
    result = input * mindspore.ops.rsqrt(input.square().mean(axes, keep_dims=True) + eps)
    return result if weight is None else result * weight


def instance_norm(input, weight=None, bias=None, eps=1e-5):
    return mindspore.ops.group_norm(input, input.shape[1], weight, bias, eps)


def running_instance_norm(
    input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5
):
    axes, shape = tuple(range(2, input.ndim)), (1, -1) + (1,) * (input.ndim - 2)
    if use_input_stats:
        mean = input.mean(axes, keep_dims=True)
        var = (input - mean).square().mean(axes, keep_dims=True)
        count = input[0, 0].size
        for old, new in ((running_mean, mean), (running_var, var * count / (count - 1))):
            if old is not None:
                old.copy_(old * (1 - momentum) + new.mean(0).flatten() * momentum)
    else:
        mean, var = running_mean.reshape(shape), running_var.reshape(shape)
    result = (input - mean) * mindspore.ops.rsqrt(var + eps)
    result = result if weight is None else result * weight.reshape(shape)
    return result if bias is None else result + bias.reshape(shape)


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    square = input.square().reshape(input.shape[0], 1, input.shape[1], -1)
    square = mindspore.ops.pad(square, (0, 0, size // 2, (size - 1) // 2))
    mean = mindspore.ops.avg_pool2d(square, (size, 1), 1).reshape(input.shape)
    return input / (mean * alpha + k) ** beta
