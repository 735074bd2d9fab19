"""Dropout: what MindSpore lacks of PyTorch."""

import mindspore


def alpha_dropout(input, p=0.5, training=False, by_feature=False):
    if not training or p == 0:
        return input
    low = -1.7580993408473766
    shape = (*input.shape[:2], *(1,) * (input.ndim - 2)) if by_feature else input.shape
    kept = mindspore.ops.rand(*shape) >= p
    scale = ((1 - p) * (1 + p * low**2)) ** -0.5 if p < 1 else 0.0
    return mindspore.ops.where(kept, input, low) * scale - low * scale * p


class AlphaDropout(mindspore.nn.Cell):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def construct(self, input):
        return alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(mindspore.nn.Cell):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p

    def construct(self, input):
        return alpha_dropout(input, self.p, self.training, by_feature=True)
