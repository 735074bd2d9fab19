"""Boxes and regions of images: what MindSpore lacks of torchvision's operators."""

import mindspore


def suppress_overlaps(boxes, scores, iou_threshold):
    """The indices of the boxes that stay, the highest scores first. NumPy finds them: their number shows only then."""
    import numpy

    x1, y1, x2, y2 = boxes.asnumpy().T
    areas, order, kept = (x2 - x1) * (y2 - y1), numpy.argsort(-scores.asnumpy(), kind="stable"), []
    while order.size:
        first, rest = order[0], order[1:]
        kept.append(first)
        width = numpy.maximum(numpy.minimum(x2[first], x2[rest]) - numpy.maximum(x1[first], x1[rest]), 0)
        height = numpy.maximum(numpy.minimum(y2[first], y2[rest]) - numpy.maximum(y1[first], y1[rest]), 0)
        common = width * height
        with numpy.errstate(divide="ignore", invalid="ignore"):
            overlap = common / (areas[first] + areas[rest] - common)
        order = rest[~(overlap.astype(numpy.float64) > iou_threshold)]
    return mindspore.Tensor(numpy.array(kept, numpy.int64))


def align_rois(input, rois, spatial_scale, height, width, sampling_ratio, aligned):
    """The mean of bilinear samples in each bin of each region. Rows of ``rois``: image, x1, y1, x2, y2."""
    if rois.shape[0] == 0:
        return mindspore.mint.empty((0, input.shape[1], height, width), dtype=input.dtype)

    def samples(first, last, bins, size):
        """Along an axis, for each region, bin and sample: both neighbours, and what each of them counts."""
        start = first * spatial_scale - (0.5 if aligned else 0.0)
        extent = last * spatial_scale - (0.5 if aligned else 0.0) - start
        extent = (extent if aligned else mindspore.ops.clamp(extent, min=1.0)).reshape(-1, 1, 1) / bins
        wanted = mindspore.ops.full_like(extent, sampling_ratio) if sampling_ratio > 0 else mindspore.ops.ceil(extent)
        most = sampling_ratio if sampling_ratio > 0 else max(int(wanted.max()), 1)
        counted = mindspore.ops.clamp(wanted, min=1.0)
        step = mindspore.ops.arange(most).astype(extent.dtype)
        at = mindspore.ops.arange(bins).astype(extent.dtype).reshape(1, -1, 1) * extent
        at = start.reshape(-1, 1, 1) + at + (step + 0.5) * extent / counted
        inside = mindspore.ops.logical_and(mindspore.ops.logical_and(at >= -1.0, at <= size), step < wanted)
        share = inside.astype(extent.dtype) / counted
        at = mindspore.ops.clamp(at, 0, size - 1)
        low = mindspore.ops.floor(at)
        places = (low, share * (1 - at + low)), (mindspore.ops.clamp(low + 1, max=size - 1), share * (at - low))
        return most, [(place.astype(mindspore.int32), weight.astype(input.dtype)) for place, weight in places]

    _, channels, rows, columns = input.shape
    down, lines = samples(rois[:, 2], rois[:, 4], height, rows)
    across, points = samples(rois[:, 1], rois[:, 3], width, columns)
    pixels = input.permute(0, 2, 3, 1).reshape(-1, channels)
    image = rois[:, 0].astype(mindspore.int32).reshape(-1, 1, 1) * rows
    result = 0.0
    for y, high in lines:
        for x, wide in points:
            place = (image + y.reshape(-1, height * down, 1)) * columns + x.reshape(-1, 1, width * across)
            weight = high.reshape(-1, height * down, 1, 1) * wide.reshape(-1, 1, width * across, 1)
            result = result + mindspore.ops.gather(pixels, place, 0) * weight
    return result.reshape(-1, height, down, width, across, channels).sum((2, 4)).permute(0, 3, 1, 2)


def rotated_overlaps(boxes1, boxes2):
    """The intersection over the union of each box with each other. Rows: centre, width, height, angle in degrees."""
    import numpy

    def corners(box):
        x, y, width, height, angle = box
        turn = numpy.radians(angle)
        right, down = numpy.array([-1, 1, 1, -1]) * width / 2, numpy.array([-1, -1, 1, 1]) * height / 2
        across, along = (
            numpy.cos(turn) * right + numpy.sin(turn) * down,
            numpy.cos(turn) * down - numpy.sin(turn) * right,
        )
        return numpy.stack([x + across, y + along], 1)

    def cut(points, start, end):
        """What of a polygon lies to the inside of an edge."""
        sides = (end[0] - start[0]) * (points[:, 1] - start[1]) - (end[1] - start[1]) * (points[:, 0] - start[0])
        kept = []
        for index in range(len(points)):
            before, here = sides[index - 1], sides[index]
            if before * here < 0:
                kept.append(points[index - 1] + (points[index] - points[index - 1]) * before / (before - here))
            if here >= 0:
                kept.append(points[index])
        return numpy.array(kept).reshape(-1, 2)

    def common(first, second):
        for index in range(4):
            first = cut(first, second[index - 1], second[index])
        x, y = first[:, 0], first[:, 1]
        return abs((x * numpy.roll(y, -1) - y * numpy.roll(x, -1)).sum()) / 2

    rows, columns = boxes1.asnumpy().astype(numpy.float64), boxes2.asnumpy().astype(numpy.float64)
    found = numpy.zeros((len(rows), len(columns)))
    for i, one in enumerate(rows):
        for j, other in enumerate(columns):
            shared = common(corners(one), corners(other))
            total = one[2] * one[3] + other[2] * other[3] - shared
            found[i, j] = shared / total if total > 0 else 0.0
    return mindspore.Tensor(found.astype(numpy.float32))
