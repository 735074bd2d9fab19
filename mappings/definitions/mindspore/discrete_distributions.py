"""Discrete distributions: what MindSpore lacks of PyTorch."""

import mindspore


class PoissonDistribution(mindspore.nn.probability.distribution.Poisson):
    """A Poisson distribution that takes numbers too, and samples on every device."""

    def __init__(self, rate):
        super().__init__(mindspore.Tensor(rate, mindspore.float32) if isinstance(rate, (int, float)) else rate)

    def sample(self, shape=()):
        return mindspore.ops.random_poisson(mindspore.Tensor((*shape, 0), mindspore.int32)[:-1], self.rate)


class BinomialDistribution:
    """How many of a number of trials succeed."""

    def __init__(self, total_count, probs):
        self.total_count, self.probs = total_count, probs
        self.batch_shape = (probs + 0 * mindspore.Tensor(total_count)).shape

    def log_prob(self, value):
        count = self.total_count + 0.0 * self.probs
        ways = (
            mindspore.ops.lgamma(count + 1) - mindspore.ops.lgamma(value + 1) - mindspore.ops.lgamma(count - value + 1)
        )
        lost = mindspore.ops.xlogy(count - value, 1 - self.probs)
        return ways + mindspore.ops.xlogy(value + 0.0 * self.probs, self.probs) + lost

    def sample(self, shape=()):
        trials = mindspore.ops.rand((self.total_count, *shape, *self.batch_shape)) < self.probs
        return trials.astype(self.probs.dtype).sum(0)

    def mean(self):
        return self.total_count * self.probs

    def var(self):
        return self.total_count * self.probs * (1 - self.probs)

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class NegativeBinomialDistribution:
    """How many trials succeed before a number of them fails."""

    def __init__(self, total_count, logits):
        nothing = mindspore.Tensor(0.0) * total_count * logits
        self.total_count, self.logits, self.batch_shape = total_count + nothing, logits + nothing, nothing.shape

    def log_prob(self, value):
        count = self.total_count
        kept = -count * mindspore.ops.log1p(mindspore.ops.exp(self.logits))
        gained = -value * mindspore.ops.log1p(mindspore.ops.exp(-self.logits))
        ways = mindspore.ops.lgamma(count + value) - mindspore.ops.lgamma(value + 1.0) - mindspore.ops.lgamma(count)
        return kept + gained + ways

    def sample(self, shape=()):
        sizes = mindspore.Tensor((*shape, 0), mindspore.int32)[:-1]
        rate = mindspore.ops.random_gamma(sizes, self.total_count) * mindspore.ops.exp(self.logits)
        return mindspore.ops.random_poisson(mindspore.Tensor((0,), mindspore.int32)[:-1], rate)

    def mean(self):
        return self.total_count * mindspore.ops.exp(self.logits)

    def var(self):
        return self.mean() / mindspore.ops.sigmoid(-self.logits)

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class OneHotCategoricalDistribution:
    """A categorical distribution whose values are rows with a single 1."""

    def __init__(self, logits):
        self.logits = mindspore.ops.log_softmax(logits, -1)
        self.probs, self.batch_shape = mindspore.ops.exp(self.logits), logits.shape[:-1]

    def log_prob(self, value):
        return (self.logits * value).sum(-1)

    def entropy(self):
        return -mindspore.ops.xlogy(self.probs, self.probs).sum(-1)

    def sample(self, shape=()):
        noise = -mindspore.ops.log(-mindspore.ops.log(mindspore.ops.rand((*shape, *self.logits.shape))))
        places = mindspore.ops.argmax(self.logits + noise, -1)
        return mindspore.ops.one_hot(places, self.logits.shape[-1], 1.0, 0.0)

    def mean(self):
        return self.probs

    def mode(self):
        return mindspore.ops.one_hot(mindspore.ops.argmax(self.probs, -1), self.probs.shape[-1], 1.0, 0.0)

    def var(self):
        return self.probs * (1 - self.probs)

    def sd(self):
        return mindspore.ops.sqrt(self.var())
