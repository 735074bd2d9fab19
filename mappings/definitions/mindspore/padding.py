"""Padding: what MindSpore lacks of PyTorch."""

import mindspore


class CircularPad1d(mindspore.nn.Cell):
    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * 2 if isinstance(padding, int) else tuple(padding)

    def construct(self, input):
        return mindspore.ops.pad(input, self.padding, "circular")


class CircularPad2d(mindspore.nn.Cell):
    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * 4 if isinstance(padding, int) else tuple(padding)

    def construct(self, input):
        return mindspore.ops.pad(input, self.padding, "circular")


class CircularPad3d(mindspore.nn.Cell):
    def __init__(self, padding):
        super().__init__()
        self.padding = (padding,) * 6 if isinstance(padding, int) else tuple(padding)

    def construct(self, input):
        return mindspore.ops.pad(input, self.padding, "circular")
