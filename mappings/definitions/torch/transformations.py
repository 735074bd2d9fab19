"""Transformations of functions: what PyTorch lacks of MindSpore."""

import torch


def derivative(fn, primals, order):
    """The function's value, and its derivative of an order when all inputs grow alike."""
    primals = primals if isinstance(primals, tuple) else (primals,)
    primals = tuple(one if one.is_floating_point() else one.float() for one in primals)

    def differentiated(function):
        return lambda *inputs: torch.func.jvp(function, inputs, tuple(map(torch.ones_like, inputs)))[1]

    result = fn
    for _ in range(order):
        result = differentiated(result)
    return fn(*primals), result(*primals)


def jet(fn, primals, series):
    """The function's value, and its derivatives along the curve whose derivatives the series are."""
    primals = primals if isinstance(primals, tuple) else (primals,)
    series = series if isinstance(series, tuple) else (series,)
    floats = [one if one.is_floating_point() else one.float() for one in primals]

    def curve(time):
        points, factor = list(floats), 1.0
        for order in range(len(series[0])):
            factor = factor * time / (order + 1)
            points = [point + one[order] * factor for point, one in zip(points, series)]
        return fn(*points)

    def differentiated(function):
        return lambda time: torch.func.jvp(function, (time,), (torch.ones_like(time),))[1]

    found, now = [curve], torch.zeros((), dtype=floats[0].dtype, device=floats[0].device)
    for _ in range(len(series[0])):
        found.append(differentiated(found[-1]))
    return fn(*floats), torch.stack([one(now) for one in found[1:]])


def linearize(fn, inputs):
    """The function's value, and a function of tangents, which are given as the inputs are."""
    several = isinstance(inputs, (tuple, list))
    output, push = torch.func.linearize(fn, *(inputs if several else (inputs,)))
    return output, (lambda tangents: push(*tangents)) if several else push
