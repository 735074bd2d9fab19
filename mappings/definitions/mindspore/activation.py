"""Activation: what MindSpore lacks of PyTorch."""

import mindspore


class ELU(mindspore.nn.Cell):
    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha = alpha

    def construct(self, input):
        below = self.alpha * mindspore.ops.expm1(mindspore.ops.clamp(input, max=0))
        return mindspore.ops.where(input > 0, input, below)


class Softplus(mindspore.nn.Cell):
    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def construct(self, input):
        return mindspore.ops.softplus(input, self.beta, self.threshold)


def selu(input):
    below = 1.6732632423543772 * mindspore.ops.expm1(mindspore.ops.clamp(input, max=0))
    return 1.0507009873554805 * mindspore.ops.where(input > 0, input, below)


class SELU(mindspore.nn.Cell):
    def __init__(self, inplace=False):
        super().__init__()

    def construct(self, input):
        return selu(input)


class RReLU(mindspore.nn.Cell):
    def __init__(self, lower=1 / 8, upper=1 / 3):
        super().__init__()
        self.lower = lower
        self.upper = upper

    def construct(self, input):
        if self.training:
            return mindspore.ops.rrelu(input, self.lower, self.upper)
        return mindspore.ops.leaky_relu(input, (self.lower + self.upper) / 2)


def elu(input, alpha=1.0):
    below = alpha * mindspore.ops.expm1(mindspore.ops.clamp(input, max=0))
    return mindspore.ops.where(input > 0, input, below)


class LogSigmoid(mindspore.nn.Cell):
    def construct(self, input):
        return -mindspore.ops.softplus(-input)


def mish(input):
    power = mindspore.ops.exp(mindspore.ops.clamp(input, max=20))
    share = power * (power + 2)  # tanh(softplus(x)) is share / (share + 2)
    return input * (share / (share + 2))


class Mish(mindspore.nn.Cell):
    def __init__(self, inplace=False):
        super().__init__()

    def construct(self, input):
        return mish(input)
