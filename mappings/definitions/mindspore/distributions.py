"""Distributions: what MindSpore lacks of PyTorch."""

import mindspore


class BetaDistribution(mindspore.nn.probability.distribution.Beta):
    """A beta distribution that takes numbers too, and samples on every device."""

    def __init__(self, concentration1, concentration0):
        numbers = (int, float)
        given = (concentration1, concentration0)
        super().__init__(
            *(mindspore.Tensor(one, mindspore.float32) if isinstance(one, numbers) else one for one in given)
        )

    def sample(self, shape=()):
        sizes = mindspore.Tensor((*shape, 0), mindspore.int32)[:-1]
        nothing = 0 * (self.concentration1 + self.concentration0)
        one, other = (
            mindspore.ops.random_gamma(sizes, given + nothing) for given in (self.concentration1, self.concentration0)
        )
        return one / (one + other)


class GammaDistribution(mindspore.nn.probability.distribution.Gamma):
    """A gamma distribution that takes numbers too, and samples on every device."""

    def __init__(self, concentration, rate):
        numbers = (int, float)
        given = [
            mindspore.Tensor(one, mindspore.float32) if isinstance(one, numbers) else one
            for one in (concentration, rate)
        ]
        super().__init__(*given)

    def sample(self, shape=()):
        sizes = mindspore.Tensor((*shape, 0), mindspore.int32)[:-1]
        return mindspore.ops.random_gamma(sizes, self.concentration + 0 * self.rate) / self.rate


class LaplaceDistribution:
    """A Laplace distribution with samples and moments."""

    def __init__(self, loc, scale):
        nothing = mindspore.Tensor(0.0) * loc * scale
        self.loc, self.scale = loc + nothing, scale + nothing
        self.batch_shape = nothing.shape

    def log_prob(self, value):
        return -mindspore.ops.log(2 * self.scale) - mindspore.ops.abs(value - self.loc) / self.scale

    def cdf(self, value):
        distance = (value - self.loc) / self.scale
        return 0.5 - 0.5 * mindspore.ops.sign(distance) * mindspore.ops.expm1(-mindspore.ops.abs(distance))

    def entropy(self):
        return 1 + mindspore.ops.log(2 * self.scale)

    def sample(self, shape=()):
        return self.loc + self.scale * mindspore.ops.standard_laplace((*shape, *self.batch_shape))

    def mean(self):
        return self.loc

    mode = mean

    def sd(self):
        return 1.4142135623730951 * self.scale

    def var(self):
        return 2 * mindspore.ops.square(self.scale)


class HalfNormalDistribution:
    """The absolute value of a normal distribution around 0."""

    def __init__(self, scale):
        self.scale = scale + mindspore.Tensor(0.0)
        self.batch_shape = self.scale.shape

    def log_prob(self, value):
        inside = 0.5 * mindspore.ops.log(2 / (3.141592653589793 * mindspore.ops.square(self.scale)))
        return mindspore.ops.where(value >= 0, inside - mindspore.ops.square(value / self.scale) / 2, -float("inf"))

    def cdf(self, value):
        return mindspore.ops.erf(value / (self.scale * 1.4142135623730951))

    def entropy(self):
        return 0.5 * mindspore.ops.log(3.141592653589793 * mindspore.ops.square(self.scale) / 2) + 0.5

    def sample(self, shape=()):
        return self.scale * mindspore.ops.abs(mindspore.ops.standard_normal((*shape, *self.batch_shape)))

    def mean(self):
        return self.scale * 0.7978845608028654

    def mode(self):
        return 0 * self.scale

    def sd(self):
        return self.scale * 0.6028102749890869

    def var(self):
        return mindspore.ops.square(self.scale) * 0.3633802276324186


class StudentTDistribution:
    """Student's t distribution with samples and moments."""

    def __init__(self, df, loc, scale):
        nothing = mindspore.Tensor(0.0) * df * loc * scale
        self.df, self.loc, self.scale = df + nothing, loc + nothing, scale + nothing
        self.batch_shape = nothing.shape

    def log_prob(self, value):
        half, distance = self.df / 2, mindspore.ops.square((value - self.loc) / self.scale)
        shape = (
            mindspore.ops.lgamma(half + 0.5)
            - mindspore.ops.lgamma(half)
            - (self.df + 1) / 2 * mindspore.ops.log1p(distance / self.df)
        )
        return shape - mindspore.ops.log(self.scale) - 0.5 * mindspore.ops.log(self.df * 3.141592653589793)

    def sample(self, shape=()):
        normal = mindspore.ops.standard_normal((*shape, *self.batch_shape))
        sizes = mindspore.Tensor((*shape, 0), mindspore.int32)[:-1]
        spread = mindspore.ops.random_gamma(sizes, self.df / 2) * 2 / self.df
        return self.loc + self.scale * normal / mindspore.ops.sqrt(spread)

    def mean(self):
        return mindspore.ops.where(self.df > 1, self.loc, float("nan"))

    def mode(self):
        return self.loc

    def var(self):
        finite = mindspore.ops.square(self.scale) * self.df / mindspore.ops.where(self.df > 2, self.df - 2, 1.0)
        return mindspore.ops.where(self.df > 2, finite, mindspore.ops.where(self.df > 1, float("inf"), float("nan")))

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class DirichletDistribution:
    """A distribution of shares that sum to 1."""

    def __init__(self, concentration):
        self.concentration, self.batch_shape = concentration, concentration.shape[:-1]

    def log_prob(self, value):
        weights = self.concentration
        powers = (mindspore.ops.xlogy(weights - 1, value) - mindspore.ops.lgamma(weights)).sum(-1)
        return powers + mindspore.ops.lgamma(weights.sum(-1))

    def entropy(self):
        weights, total, size = self.concentration, self.concentration.sum(-1), self.concentration.shape[-1]
        terms = mindspore.ops.lgamma(weights) - (weights - 1) * mindspore.ops.digamma(weights)
        return terms.sum(-1) - mindspore.ops.lgamma(total) - (size - total) * mindspore.ops.digamma(total)

    def sample(self, shape=()):
        drawn = mindspore.ops.random_gamma(mindspore.Tensor((*shape, 0), mindspore.int32)[:-1], self.concentration)
        return drawn / drawn.sum(-1, keepdims=True)

    def mean(self):
        return self.concentration / self.concentration.sum(-1, keepdims=True)

    def var(self):
        return self.mean() * (1 - self.mean()) / (self.concentration.sum(-1, keepdims=True) + 1)

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class HalfCauchyDistribution:
    """The absolute value of a Cauchy distribution around 0."""

    def __init__(self, scale):
        self.scale = scale + mindspore.Tensor(0.0)
        self.batch_shape = self.scale.shape

    def log_prob(self, value):
        inside = 0.6366197723675814 / (self.scale * (1 + mindspore.ops.square(value / self.scale)))
        return mindspore.ops.where(value >= 0, mindspore.ops.log(inside), -float("inf"))

    def cdf(self, value):
        return 0.6366197723675814 * mindspore.ops.atan(value / self.scale)

    def entropy(self):
        return mindspore.ops.log(6.283185307179586 * self.scale)

    def sample(self, shape=()):
        return self.scale * mindspore.ops.tan(1.5707963267948966 * mindspore.ops.rand((*shape, *self.batch_shape)))

    def mode(self):
        return 0 * self.scale


class IndependentDistribution:
    """A distribution whose last batch dimensions count as one event."""

    def __init__(self, base, dimensions):
        self.base, self.dimensions = base, tuple(range(-dimensions, 0))

    def __getattr__(self, name):
        return getattr(self.base, name)

    def _summed(self, values):
        return values.sum(self.dimensions) if self.dimensions else values

    def log_prob(self, value):
        return self._summed(self.base.log_prob(value))

    def entropy(self):
        return self._summed(self.base.entropy())

    @property
    def batch_shape(self):
        return self.base.batch_shape[: len(self.base.batch_shape) - len(self.dimensions)]


class MixtureDistribution:
    """A mixture of the distributions along the last batch dimension, weighted by a categorical one."""

    def __init__(self, weights, parts):
        self.weights, self.parts = weights, parts
        self.batch_shape = tuple(parts.batch_shape)[:-1]

    def log_prob(self, value):
        weights = mindspore.ops.log(self.weights.probs)
        return mindspore.ops.logsumexp(self.parts.log_prob(value.expand_dims(-1)) + weights, -1)

    def sample(self, shape=()):
        drawn = self.parts.sample(tuple(shape))
        chosen = self.weights.sample(tuple(shape)).broadcast_to(drawn.shape[:-1])
        return mindspore.ops.gather_elements(drawn, -1, chosen.expand_dims(-1)).squeeze(-1)

    def mean(self):
        return (self.weights.probs * self.parts.mean()).sum(-1)

    def var(self):
        centred = mindspore.ops.square(self.parts.mean() - self.mean().expand_dims(-1))
        return (self.weights.probs * (self.parts.var() + centred)).sum(-1)

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class MultivariateNormalDistribution:
    """A normal distribution of vectors, given by its mean and the Cholesky factor of its covariance."""

    def __init__(self, loc, scale_tril):
        shape = (loc.expand_dims(-1) + scale_tril).shape
        self.loc, self.scale_tril = loc.broadcast_to(shape[:-1]), scale_tril
        self.batch_shape = shape[:-2]

    def log_prob(self, value):
        centred = (value - self.loc).expand_dims(-1)
        distance = mindspore.ops.matmul(mindspore.ops.inverse(self.scale_tril), centred).squeeze(-1)
        return -(mindspore.ops.square(distance) + 1.8378770664093453).sum(-1) / 2 - self._log_determinant()

    def entropy(self):
        return (self._log_determinant() + 1.4189385332046727 * self.loc.shape[-1]).broadcast_to(self.batch_shape)

    def _log_determinant(self):
        return mindspore.ops.log(self.scale_tril.diagonal(0, -2, -1)).sum(-1)

    def sample(self, shape=()):
        noise = mindspore.ops.standard_normal((*shape, *self.loc.shape)).expand_dims(-1)
        return self.loc + mindspore.ops.matmul(self.scale_tril, noise).squeeze(-1)

    def mean(self):
        return self.loc

    mode = mean

    def var(self):
        return mindspore.ops.square(self.scale_tril).sum(-1).broadcast_to(self.loc.shape)

    def sd(self):
        return mindspore.ops.sqrt(self.var())


class ParetoDistribution:
    """Numbers above a scale whose logarithm is exponential."""

    def __init__(self, scale, alpha):
        nothing = mindspore.Tensor(0.0) * scale * alpha
        self.scale, self.alpha, self.batch_shape = scale + nothing, alpha + nothing, nothing.shape

    def log_prob(self, value):
        return (
            mindspore.ops.log(self.alpha)
            + self.alpha * mindspore.ops.log(self.scale)
            - (self.alpha + 1) * mindspore.ops.log(value)
        )

    def entropy(self):
        return mindspore.ops.log(self.scale / self.alpha) + 1 + 1 / self.alpha

    def sample(self, shape=()):
        exponential = -mindspore.ops.log1p(-mindspore.ops.rand((*shape, *self.batch_shape)))
        return self.scale * mindspore.ops.exp(exponential / self.alpha)

    def mean(self):
        steep = mindspore.ops.where(self.alpha > 1, self.alpha, 2.0)
        return mindspore.ops.where(self.alpha > 1, steep * self.scale / (steep - 1), float("inf"))

    def mode(self):
        return self.scale


class RelaxedBernoulliDistribution:
    """Numbers between 0 and 1, near to the ends at low temperatures."""

    def __init__(self, temperature, logits):
        self.temperature, self.logits, self.batch_shape = temperature, logits, logits.shape

    def log_prob(self, value):
        odds = mindspore.ops.log(value) - mindspore.ops.log1p(-value)
        difference = self.logits - odds * self.temperature
        density = difference - 2 * mindspore.ops.log1p(mindspore.ops.exp(difference))
        scale = mindspore.ops.log(mindspore.ops.ones_like(value) * self.temperature)
        return density + scale - mindspore.ops.log(value) - mindspore.ops.log1p(-value)

    def sample(self, shape=()):
        uniform = mindspore.ops.rand((*shape, *self.logits.shape))
        noise = mindspore.ops.log(uniform) - mindspore.ops.log1p(-uniform)
        return mindspore.ops.sigmoid((self.logits + noise) / self.temperature)


class RelaxedOneHotCategoricalDistribution:
    """Rows of positive numbers that sum to 1, near to a single 1 at low temperatures."""

    def __init__(self, temperature, logits):
        self.temperature, self.logits = temperature, mindspore.ops.log_softmax(logits, -1)
        self.batch_shape = logits.shape[:-1]

    def log_prob(self, value):
        size, logarithm = self.logits.shape[-1], mindspore.ops.log(value)
        score = self.logits - self.temperature * logarithm
        score = score - mindspore.ops.logsumexp(score, -1, True)
        scale = mindspore.ops.lgamma(mindspore.Tensor(float(size))) + (size - 1) * mindspore.ops.log(
            mindspore.ops.ones_like(score[..., 0]) * self.temperature
        )
        return (score - logarithm).sum(-1) + scale

    def sample(self, shape=()):
        uniform = mindspore.ops.rand((*shape, *self.logits.shape))
        noise = -mindspore.ops.log(-mindspore.ops.log(uniform))
        return mindspore.ops.softmax((self.logits + noise) / self.temperature, -1)


class WeibullDistribution:
    """A power of an exponential distribution."""

    def __init__(self, scale, concentration):
        nothing = mindspore.Tensor(0.0) * scale * concentration
        self.scale, self.concentration, self.batch_shape = scale + nothing, concentration + nothing, nothing.shape

    def log_prob(self, value):
        power, share = self.concentration, mindspore.ops.log(value / self.scale)
        return mindspore.ops.log(power / self.scale) + (power - 1) * share - mindspore.ops.exp(power * share)

    def sample(self, shape=()):
        exponential = -mindspore.ops.log1p(-mindspore.ops.rand((*shape, *self.batch_shape)))
        return self.scale * mindspore.ops.pow(exponential, 1 / self.concentration)

    def _moment(self, order):
        return mindspore.ops.exp(mindspore.ops.lgamma(1 + order / self.concentration))

    def mean(self):
        return self.scale * self._moment(1)

    def var(self):
        return mindspore.ops.square(self.scale) * (self._moment(2) - mindspore.ops.square(self._moment(1)))

    def sd(self):
        return mindspore.ops.sqrt(self.var())
