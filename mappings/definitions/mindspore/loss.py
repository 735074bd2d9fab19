"""Losses: what MindSpore lacks of PyTorch."""

import mindspore


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    weight = mindspore.ops.ones_like(input) if weight is None else mindspore.ops.broadcast_to(weight, input.shape)
    loss = mindspore.ops.binary_cross_entropy(input, target, weight, "none")
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class BCELoss(mindspore.nn.BCELoss):
    def construct(self, logits, labels):
        return binary_cross_entropy(logits, labels, self.weight, self.reduction)


class CrossEntropyLoss(mindspore.nn.CrossEntropyLoss):
    def construct(self, logits, labels):
        return mindspore.ops.cross_entropy(
            logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )


def kl_div(input, target, reduction="mean", log_target=False):
    if log_target:
        loss = mindspore.ops.exp(target) * (target - input)
    else:
        known = mindspore.ops.where(target == 0, 1.0, target)
        loss = target * mindspore.ops.log(known) - target * input
    if reduction == "batchmean":
        return loss.sum() / input.shape[0]
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class KLDivLoss(mindspore.nn.Cell):
    def __init__(self, reduction="mean", log_target=False):
        super().__init__()
        self.settings = (
            reduction,
            log_target,
        )

    def construct(self, input, target):
        return kl_div(input, target, *self.settings)


def hinge_embedding_loss(input, target, margin=1.0, reduction="mean"):
    far = mindspore.ops.relu(margin - input)
    loss = mindspore.ops.where(target != -1, input, 0.0) + mindspore.ops.where(target != 1, far, 0.0)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class HingeEmbeddingLoss(mindspore.nn.Cell):
    def __init__(self, margin=1.0, reduction="mean"):
        super().__init__()
        self.settings = (
            margin,
            reduction,
        )

    def construct(self, input, target):
        return hinge_embedding_loss(input, target, *self.settings)


def margin_ranking_loss(input1, input2, target, margin=0.0, reduction="mean"):
    loss = mindspore.ops.relu(-target * (input1 - input2) + margin)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class MarginRankingLoss(mindspore.nn.Cell):
    def __init__(self, margin=0.0, reduction="mean"):
        super().__init__()
        self.settings = (
            margin,
            reduction,
        )

    def construct(self, input1, input2, target):
        return margin_ranking_loss(input1, input2, target, *self.settings)


class Int32MultiLabelMarginLoss(mindspore.nn.MultilabelMarginLoss):
    def construct(self, x, target):
        return super().construct(x, target.astype(mindspore.int32))


def multilabel_margin_loss(input, target, reduction="mean"):
    rows, labels = (input, target) if input.ndim == 2 else (input.unsqueeze(0), target.unsqueeze(0))
    classes = rows.shape[1]
    valid = (labels >= 0).astype(rows.dtype).cumprod(1)
    index = mindspore.ops.clamp(labels, min=0)
    own = mindspore.ops.gather_elements(rows, 1, index).unsqueeze(2)
    member = (mindspore.ops.one_hot(index, classes).astype(rows.dtype) * valid.unsqueeze(2)).amax(1, True)
    margins = mindspore.ops.relu(1 - own + rows.unsqueeze(1)) * valid.unsqueeze(2) * (1 - member)
    loss = margins.sum((1, 2)) / classes
    loss = loss if input.ndim == 2 else loss.squeeze(0)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class MultiLabelMarginLoss(mindspore.nn.Cell):
    def __init__(self, reduction="mean"):
        super().__init__()
        self.settings = (reduction,)

    def construct(self, input, target):
        return multilabel_margin_loss(input, target, *self.settings)


def soft_margin_loss(input, target, reduction="mean"):
    loss = mindspore.ops.log1p(mindspore.ops.exp(-target * input))
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class SoftMarginLoss(mindspore.nn.Cell):
    def __init__(self, reduction="mean"):
        super().__init__()
        self.settings = (reduction,)

    def construct(self, input, target):
        return soft_margin_loss(input, target, *self.settings)


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    return mindspore.ops.vector_norm(x1 - x2 + eps, p, -1, keepdim)


class PairwiseDistance(mindspore.nn.Cell):
    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        super().__init__()
        self.settings = (
            p,
            eps,
            keepdim,
        )

    def construct(self, x1, x2):
        return pairwise_distance(x1, x2, *self.settings)


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    shape = (x1 * x2).shape
    x1, x2 = mindspore.ops.broadcast_to(x1, shape), mindspore.ops.broadcast_to(x2, shape)
    return mindspore.ops.cosine_similarity(x1, x2, dim, eps)


class CosineSimilarity(mindspore.nn.Cell):
    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.dim = dim
        self.eps = eps

    def construct(self, x1, x2):
        return cosine_similarity(x1, x2, self.dim, self.eps)


def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"):
    def distance(x, y):
        return mindspore.ops.vector_norm(x - y + eps, p, -1)

    far = distance(anchor, negative)
    if swap:
        far = mindspore.ops.minimum(far, distance(positive, negative))
    loss = mindspore.ops.relu(distance(anchor, positive) - far + margin)
    return loss.mean() if reduction == "mean" else loss.sum() if reduction == "sum" else loss


class TripletMarginLoss(mindspore.nn.Cell):
    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"):
        super().__init__()
        self.settings = (
            margin,
            p,
            eps,
            swap,
            reduction,
        )

    def construct(self, anchor, positive, negative):
        return triplet_margin_loss(anchor, positive, negative, *self.settings)


def ctc_loss(log_probs, targets, input_lengths, target_lengths, blank=0, reduction="mean", zero_infinity=False):
    lengths = [
        one if isinstance(one, mindspore.Tensor) else mindspore.Tensor(one, mindspore.int64)
        for one in (input_lengths, target_lengths)
    ]
    if targets.ndim == 1:
        sizes, start, rows = lengths[1].asnumpy().reshape(-1).tolist(), 0, []
        longest = max(sizes)
        for size in sizes:
            rows.append(mindspore.ops.pad(targets[start : start + size], (0, longest - size)))
            start += size
        targets = mindspore.ops.stack(rows)
    batch = log_probs if log_probs.ndim == 3 else log_probs.unsqueeze(1)
    lengths = [one.reshape(-1).astype(targets.dtype) for one in lengths]
    result = mindspore.ops.ctc_loss(batch, targets, *lengths, blank, reduction, zero_infinity)[0]
    return result if log_probs.ndim == 3 or reduction != "none" else result.squeeze(0)


class CTCLoss(mindspore.nn.Cell):
    def __init__(self, blank=0, reduction="mean", zero_infinity=False):
        super().__init__()
        self.settings = (
            blank,
            reduction,
            zero_infinity,
        )

    def construct(self, log_probs, targets, input_lengths, target_lengths):
        return ctc_loss(log_probs, targets, input_lengths, target_lengths, *self.settings)


class LinearCrossEntropyLoss(mindspore.nn.Dense):
    def __init__(
        self,
        in_features,
        num_classes,
        bias=False,
        reduction="mean",
        weight=None,
        ignore_index=None,
        label_smoothing=0.0,
    ):
        super().__init__(in_features, num_classes, has_bias=bias)
        self.settings = (weight, -100 if ignore_index is None else ignore_index, reduction, label_smoothing)

    def construct(self, input, target):
        return mindspore.ops.cross_entropy(super().construct(input), target, *self.settings)


class AdaptiveLogSoftmaxWithLoss(mindspore.nn.Cell):
    def __init__(self, in_features, n_classes, cutoffs, div_value=4.0, head_bias=False):
        super().__init__()
        self.cutoffs = [*cutoffs, n_classes]
        head, tail = mindspore.nn.Dense(in_features, cutoffs[0] + len(cutoffs), has_bias=head_bias), []
        for place, (first, last) in enumerate(zip(self.cutoffs, self.cutoffs[1:]), 1):
            hidden = int(in_features // div_value**place)
            inner = mindspore.nn.Dense(in_features, hidden, has_bias=False)
            outer = mindspore.nn.Dense(hidden, last - first, has_bias=False)
            tail.append(mindspore.nn.SequentialCell(inner, outer))
        self.head, self.tail = head, mindspore.nn.CellList(tail)

    def log_prob(self, input):
        head = mindspore.ops.log_softmax(self.head(input), -1)
        parts = [head[:, : self.cutoffs[0]]]
        for place, cluster in enumerate(self.tail):
            within = mindspore.ops.log_softmax(cluster(input), -1)
            parts.append(within + head[:, self.cutoffs[0] + place].unsqueeze(1))
        return mindspore.ops.cat(parts, 1)

    def predict(self, input):
        return self.log_prob(input).argmax(-1)

    def construct(self, input, target):
        rows, labels = (input, target) if input.ndim == 2 else (input.unsqueeze(0), target.reshape(1))
        output = mindspore.ops.gather_elements(self.log_prob(rows), 1, labels.unsqueeze(1)).squeeze(1)
        return (output if input.ndim == 2 else output.squeeze(0)), -output.mean()


def pdist(input, p=2):
    rows, columns = mindspore.ops.triu_indices(input.shape[0], input.shape[0], 1)
    return mindspore.ops.vector_norm(input[rows] - input[columns], p, -1)


def linear_cross_entropy(
    input,
    linear_weight,
    target,
    linear_bias=None,
    weight=None,
    reduction="mean",
    ignore_index=None,
    label_smoothing=0.0,
):
    classes = linear_weight.shape[:-1]
    logits = mindspore.ops.matmul(input, linear_weight.reshape(-1, linear_weight.shape[-1]).T)
    logits = logits.reshape(*input.shape[:-1], *classes)
    if linear_bias is not None:
        logits = logits + linear_bias.reshape(*linear_bias.shape, *(1,) * (len(classes) - linear_bias.ndim))
    ignored = -100 if ignore_index is None else ignore_index
    return mindspore.ops.cross_entropy(logits, target, weight, ignored, reduction, label_smoothing)


def multilabel_soft_margin_loss(input, target, weight=None, reduction="mean"):
    loss = mindspore.ops.softplus(input) - target * input
    loss = (loss if weight is None else loss * weight).mean(-1)
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()


class MultiLabelSoftMarginLoss(mindspore.nn.Cell):
    def __init__(self, weight=None, reduction="mean"):
        super().__init__()
        self.weight, self.reduction = weight, reduction

    def construct(self, input, target):
        return multilabel_soft_margin_loss(input, target, self.weight, self.reduction)
