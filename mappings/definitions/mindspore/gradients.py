"""Gradients: what MindSpore lacks of PyTorch."""

import mindspore


def without_gradients(function):
    """Marks a function whose results no gradient passes through."""

    def stopped(value):
        if isinstance(value, mindspore.Tensor):
            return mindspore.ops.stop_gradient(value)
        if type(value) in (tuple, list):
            return type(value)([stopped(one) for one in value])
        return value

    def called(*args, **kwargs):
        return stopped(function(*args, **kwargs))

    called.__name__, called.__doc__, called.__wrapped__ = function.__name__, function.__doc__, function
    called.__module__, called.__qualname__ = function.__module__, function.__qualname__
    return called
