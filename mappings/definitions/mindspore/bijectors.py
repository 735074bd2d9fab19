"""Bijectors: what MindSpore lacks of PyTorch."""

import mindspore


class ChainedBijector(mindspore.nn.probability.bijector.Bijector):
    """Several bijectors, one after the other."""

    def __init__(self, parts):
        super().__init__(name="Chained", param={})
        self.parts = tuple(parts)

    def _forward(self, x):
        for part in self.parts:
            x = part.forward(x)
        return x

    def _inverse(self, y):
        for part in reversed(self.parts):
            y = part.inverse(y)
        return y

    def _forward_log_jacobian(self, x):
        total = 0 * x
        for part in self.parts:
            total, x = total + part.forward_log_jacobian(x), part.forward(x)
        return total

    def _inverse_log_jacobian(self, y):
        return -self._forward_log_jacobian(self._inverse(y))


class SigmoidBijector(mindspore.nn.probability.bijector.Bijector):
    """The logistic function."""

    def __init__(self):
        super().__init__(name="SigmoidBijector", param={})

    def _forward(self, x):
        return mindspore.ops.sigmoid(x)

    def _inverse(self, y):
        return mindspore.ops.log(y) - mindspore.ops.log1p(-y)

    def _forward_log_jacobian(self, x):
        return -mindspore.ops.abs(x) - 2 * mindspore.ops.log1p(mindspore.ops.exp(-mindspore.ops.abs(x)))

    def _inverse_log_jacobian(self, y):
        return -self._forward_log_jacobian(self._inverse(y))


class TanhBijector(mindspore.nn.probability.bijector.Bijector):
    """The hyperbolic tangent."""

    def __init__(self):
        super().__init__(name="TanhBijector", param={})

    def _forward(self, x):
        return mindspore.ops.tanh(x)

    def _inverse(self, y):
        return mindspore.ops.atanh(y)

    def _forward_log_jacobian(self, x):
        return 2 * (
            0.6931471805599453
            - x
            - mindspore.ops.relu(-2 * x)
            - mindspore.ops.log1p(mindspore.ops.exp(-mindspore.ops.abs(2 * x)))
        )

    def _inverse_log_jacobian(self, y):
        return -self._forward_log_jacobian(self._inverse(y))
