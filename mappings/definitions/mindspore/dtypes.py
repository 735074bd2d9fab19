"""Sizes of shapes and limits of types: what MindSpore lacks of PyTorch."""

import mindspore


def numel(shape):
    total = 1
    for size in shape:
        total *= size
    return total


def finfo(dtype):
    """The limits of a floating-point type, as numbers."""
    import types

    import numpy

    if dtype == mindspore.bfloat16:
        largest, eps, tiny, resolution, bits = 3.3895313892515355e38, 0.0078125, 1.1754943508222875e-38, 0.01, 16
    else:
        found = numpy.finfo(str(dtype).lower())
        largest, eps, tiny = float(found.max), float(found.eps), float(found.tiny)
        resolution, bits = float(found.resolution), int(found.bits)
    return types.SimpleNamespace(
        min=-largest, max=largest, eps=eps, tiny=tiny, smallest_normal=tiny, resolution=resolution, bits=bits
    )


def iinfo(dtype):
    """The limits of a type of whole numbers."""
    import types

    import numpy

    found = numpy.iinfo(str(dtype).lower())
    return types.SimpleNamespace(min=int(found.min), max=int(found.max), bits=int(found.bits))
