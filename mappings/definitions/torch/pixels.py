"""Operations on arrays of pixels (height, width, channels): what PyTorch lacks of MindSpore's data pipelines."""

import torch


class OnPixels:
    """A transform of torchvision, for arrays of pixels as well as for images."""

    def __init__(self, transform):
        self.transform = transform

    def __call__(self, image):
        import numpy

        if not isinstance(image, numpy.ndarray):
            return self.transform(image)
        pixels = image[:, :, None] if image.ndim == 2 else image
        changed = self.transform(torch.from_numpy(numpy.ascontiguousarray(pixels.transpose(2, 0, 1))))
        changed = changed.numpy().transpose(1, 2, 0)
        return changed[:, :, 0] if image.ndim == 2 else changed


class PixelsResized:
    """Bilinear for arrays, without antialiasing, those of bytes in whole numbers; a number is the shorter edge."""

    def __init__(self, size):
        self.size = size

    def __call__(self, image):
        import numpy
        from torchvision.transforms import functional

        if not isinstance(image, numpy.ndarray):
            return functional.resize(image, self.size)
        size, (height, width) = self.size, image.shape[:2]
        if isinstance(size, int):
            down = height < width
            size = (size, int(size * width / height)) if down else (int(size * height / width), size)
        pixels = image[:, :, None] if image.ndim == 2 else image
        if image.dtype != numpy.uint8:
            planes = torch.from_numpy(numpy.ascontiguousarray(pixels.transpose(2, 0, 1)))
            changed = functional.resize(planes, list(size), antialias=False).numpy().transpose(1, 2, 0)
        elif (height, width) == (2 * size[0], 2 * size[1]):
            pixels = pixels.astype(int)
            changed = (pixels[::2, ::2] + pixels[1::2, ::2] + pixels[::2, 1::2] + pixels[1::2, 1::2] + 2) >> 2
        else:
            (top, bottom, above, below) = self.neighbours(size[0], height)
            (left, right, before, behind) = self.neighbours(size[1], width, True)
            lines = (pixels[:, left] * before[:, None] + pixels[:, right] * behind[:, None]) >> 4
            above, below = above[:, None, None] * lines[top] >> 16, below[:, None, None] * lines[bottom] >> 16
            changed = (above + below + 2) >> 2
        changed = changed.astype(image.dtype)
        return changed[:, :, 0] if image.ndim == 2 else changed

    @staticmethod
    def neighbours(new, old, is_row=False):
        """The two old places for each new one, and their shares of 2048."""
        import numpy

        place = ((numpy.arange(new) + 0.5) * (old / new) - 0.5).astype(numpy.float32)
        first = numpy.floor(place)
        share = place - first
        if is_row:
            share = numpy.where((first < 0) | (first >= old - 1), numpy.float32(0), share)
        first = first.astype(int)
        shares = numpy.rint((1 - share) * 2048).astype(int), numpy.rint(share * 2048).astype(int)
        return first.clip(0, old - 1), (first + 1).clip(0, old - 1), *shares


class PixelsCentered:
    """The middle of an array, with zeros around it where it is too small."""

    def __init__(self, size):
        self.size = (size, size) if isinstance(size, int) else size

    def __call__(self, image):
        import numpy
        from torchvision.transforms import functional

        if not isinstance(image, numpy.ndarray):
            return functional.center_crop(image, self.size)
        for axis, wanted in enumerate(self.size):
            missing = wanted - image.shape[axis]
            if missing > 0:
                widths = [(0, 0)] * image.ndim
                widths[axis] = (missing - missing // 2, missing // 2)
                image = numpy.pad(image, widths)
            first = (image.shape[axis] - wanted) // 2
            image = image.take(range(first, first + wanted), axis)
        return image


class Rescaled:
    """``array * rescale + shift`` in float32."""

    def __init__(self, rescale, shift):
        self.rescale, self.shift = rescale, shift

    def __call__(self, array):
        import numpy

        return array.astype(numpy.float32) * numpy.float32(self.rescale) + numpy.float32(self.shift)


class PixelsNormalized:
    """Mean and deviation of each channel, which comes last, or first if ``is_hwc`` is False."""

    def __init__(self, mean, std, is_hwc=True):
        self.mean, self.std, self.is_hwc = mean, std, is_hwc

    def __call__(self, image):
        import numpy

        mean, std = numpy.array(self.mean, numpy.float32), numpy.array(self.std, numpy.float32)
        if not self.is_hwc and image.ndim > 2:
            mean, std = mean[:, None, None], std[:, None, None]
        return (numpy.asarray(image, numpy.float32) - mean) / std


class ChannelsFirst:
    """(height, width, channels) becomes (channels, height, width); an array of two dimensions stays."""

    def __call__(self, image):
        import numpy

        image = numpy.asarray(image)
        return image.transpose(2, 0, 1) if image.ndim == 3 else image


class PixelsToUnit:
    """Channels first, divided by 255."""

    def __init__(self, output_type=None):
        self.output_type = output_type

    def __call__(self, image):
        import numpy

        image = numpy.asarray(image)
        image = image[:, :, None] if image.ndim == 2 else image
        return (image.transpose(2, 0, 1) / 255).astype(self.output_type or numpy.float32)


class PixelsInverted:
    def __call__(self, image):
        return 255 - image


class PixelsCut:
    """A rectangle by its upper left corner and its size."""

    def __init__(self, coordinates, size):
        self.first, self.size = coordinates, (size, size) if isinstance(size, int) else size

    def __call__(self, image):
        (top, left), (height, width) = self.first, self.size
        return image[top : top + height, left : left + width]


class CastTo:
    """An array or tensor in another type, which may be one of torch."""

    def __init__(self, data_type):
        self.data_type = data_type

    def __call__(self, array):
        if not isinstance(self.data_type, torch.dtype):
            return array.astype(self.data_type)
        return torch.as_tensor(array).to(self.data_type).numpy()


class OneHotLabels:
    """A row of zeros with a one for the label."""

    def __init__(self, num_classes):
        self.num_classes = num_classes

    def __call__(self, label):
        import numpy

        return numpy.eye(self.num_classes, dtype=label.dtype)[label]
