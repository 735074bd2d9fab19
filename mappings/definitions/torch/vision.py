"""Images: what PyTorch lacks of MindSpore."""

import torch


class ImageGradients(torch.nn.Module):
    def forward(self, images):
        dy = torch.diff(images, dim=2, append=images[:, :, -1:])
        dx = torch.diff(images, dim=3, append=images[:, :, :, -1:])
        return dy, dx


class CentralCrop(torch.nn.Module):
    def __init__(self, central_fraction):
        super().__init__()
        self.fraction = central_fraction

    def forward(self, image):
        for dim in (-2, -1):
            size = image.shape[dim]
            start = int((size - size * self.fraction) / 2)
            image = image.narrow(dim, start, size - 2 * start)
        return image


class PSNR(torch.nn.Module):
    def __init__(self, max_val=1.0):
        super().__init__()
        self.max_val = max_val

    def forward(self, img1, img2):
        scale = 1.0 if img1.is_floating_point() else 1.0 / torch.iinfo(img1.dtype).max
        error = torch.square(img1.float() * scale - img2.float() * scale).mean((-3, -2, -1))
        return 10 * torch.log10((self.max_val * scale) ** 2 / error)


def structural_similarity(img1, img2, window, c1, c2):
    def filtered(image):
        return torch.nn.functional.conv2d(image, window.expand(image.shape[1], 1, -1, -1), groups=image.shape[1])

    mean1, mean2 = filtered(img1), filtered(img2)
    contrast = (2 * (filtered(img1 * img2) - mean1 * mean2) + c2) / (
        filtered(img1 * img1) - mean1 * mean1 + filtered(img2 * img2) - mean2 * mean2 + c2
    )
    luminance = (2 * mean1 * mean2 + c1) / (mean1 * mean1 + mean2 * mean2 + c1)
    return (luminance * contrast).mean((2, 3)), contrast.mean((2, 3))


def gaussian_window(size, sigma):
    place = torch.arange(-size // 2 + 1, size // 2 + 1)
    line = torch.exp(-(place**2) / (2 * sigma**2))
    window = torch.outer(line, line)
    return (window / window.sum()).reshape(1, 1, size, size)


class SSIM(torch.nn.Module):
    def __init__(self, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03):
        super().__init__()
        self.max_val, self.k1, self.k2 = max_val, k1, k2
        self.register_buffer("window", gaussian_window(filter_size, filter_sigma), persistent=False)

    def forward(self, img1, img2):
        limits = (self.k1 * self.max_val) ** 2, (self.k2 * self.max_val) ** 2
        return structural_similarity(img1.float(), img2.float(), self.window, *limits)[0].mean(-1)


class MSSSIM(torch.nn.Module):
    def __init__(self, max_val, power_factors, filter_size, filter_sigma, k1, k2):
        super().__init__()
        self.max_val, self.k1, self.k2, self.powers = max_val, k1, k2, power_factors
        self.register_buffer("window", gaussian_window(filter_size, filter_sigma), persistent=False)

    def forward(self, img1, img2):
        scale = 1.0 if img1.is_floating_point() else 1.0 / torch.iinfo(img1.dtype).max
        img1, img2, max_val = img1.float() * scale, img2.float() * scale, self.max_val * scale
        limits = (self.k1 * max_val) ** 2, (self.k2 * max_val) ** 2
        result = 1.0
        for level, power in enumerate(self.powers):
            likeness, contrast = structural_similarity(img1, img2, self.window, *limits)
            last = level == len(self.powers) - 1
            result = result * torch.relu(likeness if last else contrast) ** power
            img1, img2 = (torch.nn.functional.avg_pool2d(one, 2) for one in (img1, img2))
        return result.mean(-1)


def bounding_box_decode(anchors, deltas, max_shape, means=(0.0,) * 4, stds=(1.0,) * 4, wh_ratio_clip=0.016):
    """Boxes out of anchors and what a network says of them, inside an image of (height, width)."""
    deltas = deltas * deltas.new_tensor(stds) + deltas.new_tensor(means)
    low, high = anchors[:, :2], anchors[:, 2:]
    limit = abs(deltas.new_tensor(wh_ratio_clip).log())
    sizes = high - low + 1
    centers = (low + high) / 2 + sizes * deltas[:, :2]
    halves = sizes * deltas[:, 2:].clamp(-limit, limit).exp() / 2
    boxes = torch.cat((centers - halves + 0.5, centers + halves - 0.5), 1)
    height, width = max_shape
    return boxes.clamp(min=0).minimum(boxes.new_tensor([width, height, width, height]))


def bounding_box_encode(anchors, boxes, means=(0.0,) * 4, stds=(1.0,) * 4):
    """How boxes lie to their anchors: shift by the anchor's size, and logarithm of the ratio of sizes."""
    low, high = anchors[:, :2], anchors[:, 2:]
    sizes, wanted = high - low + 1, boxes[:, 2:] - boxes[:, :2] + 1
    shifts = ((boxes[:, :2] + boxes[:, 2:]) - (low + high)) / 2 / sizes
    deltas = torch.cat((shifts, torch.log(wanted / sizes)), 1)
    return (deltas - deltas.new_tensor(means)) / deltas.new_tensor(stds)


def iou(anchors, boxes, mode="iou"):
    """Overlap of every box (rows) with every anchor (columns), by their union or by the box."""
    low = torch.maximum(boxes[:, None, :2], anchors[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], anchors[None, :, 2:])
    common = (high - low + 1).clamp(min=0).prod(-1)
    areas, others = ((one[:, 2:] - one[:, :2] + 1).prod(-1) for one in (boxes, anchors))
    return common / (areas[:, None] + others - common if mode == "iou" else areas[:, None])


def crop_and_resize(image, boxes, box_indices, crop_size, method="bilinear", extrapolation_value=0.0):
    """Crops (box, row, column, channel) out of images whose channels come last; boxes are (y1, x1, y2, x2)."""
    images = image[box_indices.long()].to(boxes)
    batch = torch.arange(len(boxes), device=boxes.device)[:, None, None]
    points, inside = [], []
    for axis, count in enumerate(crop_size):
        first, last, size = boxes[:, axis, None], boxes[:, axis + 2, None], images.shape[1 + axis]
        if count > 1:
            step = (last - first) * (size - 1) / (count - 1)
            points.append(first * (size - 1) + torch.arange(count, device=boxes.device) * step)
        else:
            points.append((first + last) / 2 * (size - 1))
        inside.append((points[axis] >= 0) & (points[axis] <= size - 1))
    y, x = points[0][:, :, None], points[1][:, None, :]
    edges = [size - 1 for size in images.shape[1:3]]

    def read(row, column):
        return images[batch, row.long().clamp(0, edges[0]), column.long().clamp(0, edges[1])]

    if method == "nearest":
        crops = read((y + 0.5).floor(), (x + 0.5).floor())
    else:
        part = (x - x.floor())[..., None]
        top = torch.lerp(read(y.floor(), x.floor()), read(y.floor(), x.ceil()), part)
        bottom = torch.lerp(read(y.ceil(), x.floor()), read(y.ceil(), x.ceil()), part)
        crops = torch.lerp(top, bottom, (y - y.floor())[..., None])
    known = (inside[0][:, :, None] & inside[1][:, None, :])[..., None]
    return torch.where(known, crops, extrapolation_value)
