"""Transforms of images: what MindSpore lacks of torchvision."""

import mindspore


class Steps:
    """Transforms, one after the other: MindSpore's take arrays, others tensors. Gives a tensor or an image."""

    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, image):
        import numpy

        for transform in self.transforms:
            is_own = type(transform).__module__.startswith("mindspore.")
            if is_own and isinstance(image, mindspore.Tensor):
                image = image.asnumpy()
            elif not is_own and isinstance(image, numpy.ndarray):
                image = mindspore.Tensor(image)
            image = transform(image)
        return mindspore.Tensor(image) if isinstance(image, numpy.ndarray) else image
