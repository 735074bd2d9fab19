"""Images: what MindSpore lacks of PyTorch."""

import mindspore


def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    def weights(old, new, factor):
        """The share of each old element in each new one along an axis."""
        step = old / new if factor is None else 1 / factor
        at, grid = mindspore.ops.arange(new).float().unsqueeze(1), mindspore.ops.arange(old).float().unsqueeze(0)
        if mode == "area":
            first, last = (at * old / new).floor(), ((at + 1) * old / new).ceil()
            inside = mindspore.ops.logical_and(grid >= first, grid < last).float()
            return inside / inside.sum(1, keepdims=True)
        if mode.startswith("nearest"):
            near = ((at + (0.5 if mode == "nearest-exact" else 0.0)) * step).floor()
            return (mindspore.ops.clamp(near, max=old - 1) == grid).float()
        if antialias:
            away = (grid + 0.5 - (at + 0.5) * step).abs() / max(step, 1)
            share = mindspore.ops.relu(1 - away)
            if mode == "bicubic":
                near, far = (1.5 * away - 2.5) * away * away + 1, ((-0.5 * away + 2.5) * away - 4.0) * away + 2.0
                share = mindspore.ops.where(away <= 1, near, mindspore.ops.where(away <= 2, far, 0.0 * far))
            return share / share.sum(1, keepdims=True)
        place = at * ((old - 1) / max(new - 1, 1)) if align_corners else (at + 0.5) * step - 0.5
        if mode != "bicubic":
            return mindspore.ops.relu(1 - (mindspore.ops.clamp(place, 0, old - 1) - grid).abs())
        share = 0.0
        for offset in range(-1, 3):
            tap = place.floor() + offset
            t = (place - tap).abs()
            near, far = (1.25 * t - 2.25) * t * t + 1, ((-0.75 * t + 3.75) * t - 6.0) * t + 3.0
            value = mindspore.ops.where(t <= 1, near, far)
            share = share + value * (mindspore.ops.clamp(tap, 0, old - 1) == grid).float()
        return share

    extents = input.shape[2:]
    if size is None:
        factors = scale_factor if isinstance(scale_factor, (tuple, list)) else [scale_factor] * len(extents)
        size = [int(old * factor) for old, factor in zip(extents, factors)]
    else:
        size = [size] * len(extents) if isinstance(size, int) else list(size)
    if scale_factor is None or recompute_scale_factor or mode == "area":
        factors = [None] * len(extents)
    exact = all(factor is None or old * factor == new for old, new, factor in zip(extents, size, factors))
    if exact and not antialias and mode in ("nearest", "linear", "bilinear", "trilinear"):
        return mindspore.ops.interpolate(input, size=tuple(size), mode=mode, align_corners=align_corners)
    for axis, (old, new, factor) in enumerate(zip(extents, size, factors), 2):
        input = mindspore.ops.matmul(input.swapaxes(axis, -1), weights(old, new, factor).T).swapaxes(axis, -1)
    return input


class Upsample(mindspore.nn.Cell):
    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None):
        super().__init__()
        self.settings = (size, scale_factor, mode, align_corners, recompute_scale_factor)

    def construct(self, input):
        return interpolate(input, *self.settings)


def channel_shuffle(input, groups):
    batch, channels, *rest = input.shape
    return input.reshape(batch, groups, channels // groups, *rest).swapaxes(1, 2).reshape(input.shape)


def grid_sample(input, grid, mode="bilinear", padding_mode="zeros", align_corners=False):
    if mode != "bicubic":
        return mindspore.ops.grid_sample(input, grid, mode, padding_mode, bool(align_corners))
    # bicubic: sixteen neighbours of each place, weighted by the cubic polynomials that torch uses
    batch, channels, height, width = input.shape

    def reflected(place, size):
        low, span = (0.0, size - 1) if align_corners else (-0.5, size)
        if span == 0:
            return mindspore.ops.zeros_like(place)
        away = mindspore.ops.abs(place - low)
        turns = mindspore.ops.floor(away / span)
        rest = away - turns * span
        return mindspore.ops.where(turns % 2 == 0, rest + low, span - rest + low)

    def neighbours(place, size):
        place = (place + 1) / 2 * (size - 1) if align_corners else ((place + 1) * size - 1) / 2
        first = mindspore.ops.floor(place)
        rest = place - first
        for step in range(-1, 3):
            far = mindspore.ops.abs(rest - step)
            near_weight = (1.25 * far - 2.25) * far * far + 1
            far_weight = ((-0.75 * far + 3.75) * far - 6) * far + 3
            at = mindspore.ops.stop_gradient(first + step)
            weight = near_weight if step in (0, 1) else far_weight
            if padding_mode == "zeros":
                weight = weight * mindspore.ops.logical_and(at >= 0, at <= size - 1).astype(weight.dtype)
            elif padding_mode == "reflection":
                at = reflected(at, size)
            yield mindspore.ops.clamp(at, 0, size - 1).astype(mindspore.int32), weight

    flat = input.reshape(batch, channels, -1)
    result = 0.0
    for y, down in neighbours(grid[..., 1], height):
        for x, across in neighbours(grid[..., 0], width):
            at = (y * width + x).reshape(batch, 1, -1).broadcast_to((batch, channels, grid.shape[1] * grid.shape[2]))
            values = mindspore.ops.gather_elements(flat, 2, at)
            result = result + values * (down * across).reshape(batch, 1, -1)
    return result.reshape(batch, channels, *grid.shape[1:3])
