"""MindSpore's own Python files, run in PyNative mode on small inputs: cells, losses, optimizers, schedules, metrics."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

INSTRUMENTED = (
    "mindspore.nn",
    "mindspore.experimental.optim",
    "mindspore.mint.nn.layer",
    "mindspore.common.initializer",
)
LEFT = ("mindspore.nn.probability.bnn_layers", "mindspore.nn.sparse", "mindspore.nn.probability.bijector")
os.environ.setdefault("GLOG_v", "4")


def parts() -> Iterator[tuple[str, Callable[[], object]]]:
    import mindspore as ms

    ms.set_context(mode=ms.PYNATIVE_MODE, device_target="CPU")
    ms.set_seed(0)
    for kind, lines in (("nn", _LAYERS), ("mint.nn", _MINT)):
        for line in lines.split("\n")[1:-1]:
            layer, _, inputs = (part.strip() for part in line.partition("|"))
            yield f"{kind}.{layer}", lambda kind=kind, layer=layer, inputs=inputs: _layer(kind, layer, inputs)
    for line in _LOSSES.split("\n")[1:-1]:
        layer, _, inputs = (part.strip() for part in line.partition("|"))
        yield layer, lambda layer=layer, inputs=inputs: _layer("nn", layer, inputs)
    for line in _OPTIMIZERS.split("\n")[1:-1]:
        yield line, lambda line=line: _optimize(line)
    for line in _SCHEDULERS.split("\n")[1:-1]:
        yield line, lambda line=line: _schedule(line)
    for line in _RATES.split("\n")[1:-1]:
        yield line, lambda line=line: _rate(line)
    for line in _METRICS.split("\n")[1:-1]:
        metric, _, inputs = (part.strip() for part in line.partition("|"))
        yield metric, lambda metric=metric, inputs=inputs: _metric(metric, inputs)
    for line in _INITIALIZERS.split("\n")[1:-1]:
        yield line, lambda line=line: _initialize(line)
    for line in _DISTRIBUTIONS.split("\n")[1:-1]:
        yield line, lambda line=line: _distribution(line)
    yield "cell", _cell
    yield "containers", _containers
    yield "wrap", _wrap


_LAYERS = """
ReLU() | f(2, 3)
ReLU6() | f(2, 3)
RReLU() | f(2, 3)
SeLU() | f(2, 3)
SiLU() | f(2, 3)
Softmin() | f(2, 3)
Softmax() | f(2, 3)
Softmax2d() | f(2, 3, 4, 4)
LogSoftmax() | f(2, 3)
Tanh() | f(2, 3)
Tanhshrink() | f(2, 3)
Hardtanh() | f(2, 3)
GELU() | f(2, 3)
GELU(False) | f(2, 3)
FastGelu() | f(2, 3)
Sigmoid() | f(2, 3)
Softsign() | f(2, 3)
PReLU() | f(2, 3)
PReLU(3, [0.1, 0.2, 0.3]) | f(2, 3)
LeakyReLU() | f(2, 3)
HSigmoid() | f(2, 3)
HSwish() | f(2, 3)
ELU() | f(2, 3)
LogSigmoid() | f(2, 3)
LRN() | f(1, 3, 4, 4)
SoftShrink() | f(2, 3)
HShrink() | f(2, 3)
CELU() | f(2, 3)
Threshold(0.1, 20) | f(2, 3)
Mish() | f(2, 3)
GLU() | f(2, 4)
get_activation("relu") | f(2, 3)
Dropout(p=0.5) | f(2, 3)
Dropout(keep_prob=0.5) | f(2, 3)
Dropout1d() | f(2, 3, 4)
Dropout2d() | f(2, 3, 4, 4)
Dropout3d() | f(2, 3, 4, 4, 4)
Flatten() | f(2, 3, 4)
Dense(3, 4) | f(2, 3)
Dense(3, 4, weight_init="normal", bias_init="zeros", activation="relu") | f(2, 3)
Dense(3, 4, weight_init=f(4, 3), bias_init=f(4)) | f(2, 3)
Dense(3, 4, activation=nn.Tanh(), has_bias=False) | f(2, 2, 3)
ClipByNorm() | f(2, 3), f(1)
Norm() | f(2, 3)
OneHot(depth=4) | i(3)
Pad(((1, 1), (2, 2))) | f(2, 3)
Pad(((1, 1), (2, 2)), mode="REFLECT") | f(3, 4)
Unfold([1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1]) | f(1, 2, 4, 4)
Tril() | f(3, 3)
Triu() | f(3, 3)
MatrixDiag() | f(3)
MatrixDiagPart() | f(2, 3, 3)
MatrixSetDiag() | f(2, 3, 3), f(2, 3)
L1Regularizer(0.5) | f(3)
Upsample(size=(6, 6), mode="bilinear") | f(1, 2, 3, 3)
Upsample(scale_factor=2.0, mode="nearest", recompute_scale_factor=True) | f(1, 2, 3, 3)
Roll([1], [0]) | f(2, 3)
Identity() | f(2)
Unflatten(1, (2, 2)) | f(3, 4)
ChannelShuffle(2) | f(1, 4, 2, 2)
Conv2dBnAct(2, 3, 3, has_bn=True, activation="relu") | f(1, 2, 5, 5)
Conv2dBnAct(2, 3, 3, activation="leakyrelu", alpha=0.1) | f(1, 2, 5, 5)
DenseBnAct(3, 4, has_bn=True, activation="relu") | f(2, 3)
Conv2d(2, 3, 3) | f(1, 2, 5, 5)
Conv2d(2, 4, (3, 2), stride=2, pad_mode="pad", padding=1, group=2, weight_init="xavier_uniform") | f(1, 2, 6, 6)
Conv2d(2, 3, 3, pad_mode="valid", data_format="NCHW", bias_init="zeros", has_bias=True) | f(1, 2, 5, 5)
Conv2dTranspose(2, 3, 3, has_bias=True) | f(1, 2, 5, 5)
Conv2dTranspose(2, 3, 3, stride=2, pad_mode="pad", padding=1, output_padding=1) | f(1, 2, 5, 5)
Conv1d(2, 3, 3, has_bias=True) | f(1, 2, 5)
Conv1dTranspose(2, 3, 3, has_bias=True) | f(1, 2, 5)
Conv3d(2, 3, 3, has_bias=True) | f(1, 2, 5, 5, 5)
Conv3dTranspose(2, 3, 3, has_bias=True) | f(1, 2, 4, 4, 4)
BiDense(3, 4, 5) | f(2, 3), f(2, 4)
Embedding(5, 3) | i(4)
Embedding(5, 3, use_one_hot=True, padding_idx=1) | i(4)
EmbeddingLookup(5, 3) | i(4)
ImageGradients() | f(1, 2, 4, 4)
SSIM() | f(1, 3, 16, 16), f(1, 3, 16, 16)
MSSSIM(power_factors=(0.03, 0.07), filter_size=3) | f(1, 3, 32, 32), f(1, 3, 32, 32)
PSNR() | f(1, 3, 16, 16), f(1, 3, 16, 16)
CentralCrop(0.5) | f(1, 3, 8, 8)
CentralCrop(0.5) | f(3, 8, 8)
PixelShuffle(2) | f(1, 4, 2, 2)
PixelUnshuffle(2) | f(1, 1, 4, 4)
ReduceLogSumExp(1) | f(2, 3)
Range(0, 5) |
LGamma() | f(3)
DiGamma() | f(3)
IGamma() | f(3), f(3)
LBeta() | f(3), f(3)
MatMul() | f(2, 3), f(3, 2)
Moments(axis=0) | f(2, 3)
MatInverse() | f(2, 2)
MatDet() | f(2, 2)
BatchNorm1d(3) | f(4, 3)
BatchNorm2d(3) | f(2, 3, 4, 4)
BatchNorm2d(3, affine=False, use_batch_statistics=True) | f(2, 3, 4, 4)
BatchNorm3d(3) | f(2, 3, 2, 2, 2)
LayerNorm((3,)) | f(2, 3)
GroupNorm(2, 4) | f(2, 4, 3, 3)
InstanceNorm1d(3) | f(2, 3, 4)
InstanceNorm2d(3) | f(2, 3, 4, 4)
InstanceNorm3d(3) | f(2, 3, 2, 2, 2)
ConstantPad1d((1, 1), 0.5) | f(2, 3)
ConstantPad2d((1, 1, 0, 1), 0.5) | f(1, 2, 3, 3)
ConstantPad3d((1, 1, 1, 0, 1, 0), 0.5) | f(1, 1, 2, 3, 3)
ReflectionPad1d(1) | f(1, 2, 3)
ReflectionPad2d(1) | f(1, 2, 3, 3)
ReflectionPad3d(1) | f(1, 2, 3, 3, 3)
ZeroPad2d(1) | f(1, 2, 3, 3)
ReplicationPad1d(1) | f(1, 2, 3)
ReplicationPad2d(1) | f(1, 2, 3, 3)
ReplicationPad3d(1) | f(1, 2, 3, 3, 3)
AvgPool3d(2, 2) | f(1, 2, 4, 4, 4)
MaxPool3d(2, 2) | f(1, 2, 4, 4, 4)
AvgPool2d(2, 2) | f(1, 2, 4, 4)
AvgPool2d(3, 2, pad_mode="pad", padding=1, ceil_mode=True) | f(1, 2, 5, 5)
MaxPool2d(2, 2) | f(1, 2, 4, 4)
MaxPool2d(3, 2, pad_mode="pad", padding=1, return_indices=True) | f(1, 2, 5, 5)
AvgPool1d(2, 2) | f(1, 2, 4)
MaxPool1d(2, 2) | f(1, 2, 4)
FractionalMaxPool2d(2, output_size=(2, 2)) | f(1, 2, 5, 5)
FractionalMaxPool3d(2, output_size=(2, 2, 2)) | f(1, 1, 5, 5, 5)
AdaptiveAvgPool1d(2) | f(1, 2, 4)
AdaptiveMaxPool1d(2) | f(1, 2, 4)
AdaptiveMaxPool2d(2) | f(1, 2, 4, 4)
AdaptiveMaxPool3d((2, 2, 2)) | f(1, 2, 4, 4, 4)
AdaptiveAvgPool2d(2) | f(1, 2, 4, 4)
AdaptiveAvgPool3d(2) | f(1, 2, 4, 4, 4)
MaxUnpool1d(2) | f(1, 1, 2), l(1, 1, 2)
MaxUnpool2d(2) | f(1, 1, 1, 2), l(1, 1, 1, 2)
LPPool1d(2, 2) | f(1, 2, 4)
LPPool2d(2, 2) | f(1, 2, 4, 4)
LSTMCell(3, 4) | f(2, 3), (f(2, 4), f(2, 4))
GRUCell(3, 4) | f(2, 3), f(2, 4)
RNNCell(3, 4) | f(2, 3), f(2, 4)
RNNCell(3, 4, nonlinearity="relu") | f(2, 3), f(2, 4)
LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True, dropout=0.1) | f(2, 5, 3)
LSTM(3, 4) | f(5, 2, 3), (f(1, 2, 4), f(1, 2, 4))
GRU(3, 4) | f(5, 2, 3), f(1, 2, 4)
GRU(3, 4, bidirectional=True, has_bias=False) | f(5, 2, 3)
RNN(3, 4, nonlinearity="relu") | f(5, 2, 3), f(1, 2, 4)
TimeDistributed(nn.Dense(3, 2), time_axis=1, reshape_with_axis=0) | f(2, 4, 3)
MultiheadAttention(4, 2) | f(3, 2, 4), f(3, 2, 4), f(3, 2, 4)
MultiheadAttention(4, 2, batch_first=True, add_bias_kv=True, kdim=5, vdim=5) | f(2, 3, 4), f(2, 3, 5), f(2, 3, 5)
TransformerEncoderLayer(4, 2, 8) | f(3, 2, 4)
TransformerEncoderLayer(4, 2, 8, activation="gelu", norm_first=True, batch_first=True) | f(3, 2, 4)
TransformerDecoderLayer(4, 2, 8) | f(3, 2, 4), f(3, 2, 4)
TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8), 2, nn.LayerNorm((4,))) | f(3, 2, 4)
Transformer(4, 2, 1, 1, 8) | f(3, 2, 4), f(3, 2, 4)
"""
_MINT = """
ReLU() | f(2, 3)
GELU() | f(2, 3)
Softmax(-1) | f(2, 3)
LogSoftmax(-1) | f(2, 3)
SiLU() | f(2, 3)
Tanh() | f(2, 3)
Sigmoid() | f(2, 3)
ELU() | f(2, 3)
Hardsigmoid() | f(2, 3)
Hardswish() | f(2, 3)
Linear(3, 4) | f(2, 3)
Conv2d(2, 3, 3) | f(1, 2, 5, 5)
Conv1d(2, 3, 3) | f(1, 2, 5)
Conv3d(2, 3, 3) | f(1, 2, 5, 5, 5)
ConvTranspose2d(2, 3, 3) | f(1, 2, 5, 5)
BatchNorm1d(3) | f(4, 3)
BatchNorm2d(3) | f(2, 3, 4, 4)
BatchNorm3d(3) | f(2, 3, 2, 2, 2)
LayerNorm((3,)) | f(2, 3)
GroupNorm(2, 4) | f(2, 4, 3, 3)
ConstantPad1d((1, 1), 0.5) | f(2, 3)
ZeroPad2d(1) | f(1, 2, 3, 3)
ReflectionPad1d(1) | f(1, 2, 3)
ReplicationPad2d(1) | f(1, 2, 3, 3)
AvgPool2d(2) | f(1, 2, 4, 4)
AdaptiveAvgPool2d(2) | f(1, 2, 4, 4)
MaxPool2d(2) | f(1, 2, 4, 4)
Embedding(5, 3) | l(4)
Dropout(0.5) | f(2, 3)
Identity() | f(2)
Flatten() | f(2, 3, 4)
L1Loss() | f(3), f(3)
MSELoss() | f(3), f(3)
BCEWithLogitsLoss() | f(3), f(3)
CrossEntropyLoss() | f(2, 3), i(2)
SmoothL1Loss() | f(3), f(3)
Upsample(scale_factor=2.0) | f(1, 2, 3, 3)
"""
_LOSSES = """
L1Loss() | f(3), f(3)
MAELoss() | f(3), f(3)
MSELoss("sum") | f(3), f(3)
RMSELoss() | f(3), f(3)
BCELoss() | f(3), f(3)
BCEWithLogitsLoss() | f(3), f(3)
CTCLoss() | f(4, 2, 3), i(2, 2), ms.Tensor([4, 4], ms.int32), ms.Tensor([2, 1], ms.int32)
CosineEmbeddingLoss() | f(2, 3), f(2, 3), ms.Tensor([1, -1], ms.int32)
CrossEntropyLoss(label_smoothing=0.1) | f(2, 3), i(2)
DiceLoss() | f(2, 3), f(2, 3)
FocalLoss() | f(2, 3), i(2, 1)
FocalLoss(weight=f(3)) | f(2, 3), i(2, 1)
GaussianNLLLoss() | f(3), f(3), f(3)
HingeEmbeddingLoss() | f(3), f(3)
HuberLoss() | f(3), f(3)
KLDivLoss() | f(3), f(3)
MarginRankingLoss() | f(3), f(3), f(3)
MultiClassDiceLoss() | f(2, 3), f(2, 3)
MultiLabelSoftMarginLoss() | f(2, 3), f(2, 3)
MultiMarginLoss() | f(2, 3), l(2)
MultilabelMarginLoss() | f(2, 3), i(2, 3)
NLLLoss() | f(2, 3), i(2)
PoissonNLLLoss() | f(2, 3), f(2, 3)
SampledSoftmaxLoss(2, 5) | f(5, 3), f(5), i(2), f(2, 3)
SmoothL1Loss() | f(3), f(3)
SoftMarginLoss() | f(3), f(3)
SoftmaxCrossEntropyWithLogits(sparse=True) | f(2, 3), i(2)
SoftmaxCrossEntropyWithLogits(sparse=False, reduction="mean") | f(2, 3), f(2, 3)
TripletMarginLoss() | f(2, 3), f(2, 3), f(2, 3)
TripletMarginWithDistanceLoss() | f(2, 3), f(2, 3), f(2, 3)
"""
_OPTIMIZERS = """
nn.Momentum(p, 0.1, 0.9)
nn.Momentum(p, 0.1, 0.9, weight_decay=0.1, use_nesterov=True, loss_scale=2.0)
nn.Adam(p, 0.01)
nn.Adam(p, nn.ExponentialDecayLR(0.1, 0.9, 4), use_amsgrad=False, weight_decay=0.1)
nn.Adam([{"params": p[:1], "lr": 0.01}, {"params": p[1:]}, {"order_params": p}], [0.1, 0.2, 0.3, 0.4])
nn.AdamWeightDecay(p, 0.01, weight_decay=0.1)
nn.LazyAdam(p)
nn.Lamb(p, 0.1)
nn.SGD(p, 0.1, momentum=0.9)
nn.ASGD(p)
nn.Rprop(p)
nn.FTRL(p)
nn.RMSProp(p, 0.1)
nn.RMSProp(p, 0.1, centered=True)
nn.ProximalAdagrad(p)
nn.Adagrad(p)
nn.AdaFactor(p)
nn.AdaMax(p)
nn.Adadelta(p)
nn.LARS(nn.Momentum(p, 0.1, 0.9))
experimental.SGD(p, 0.1, momentum=0.9, nesterov=True)
experimental.Adam(p, weight_decay=0.1)
experimental.Adam([{"params": p[:1], "lr": 0.1}, {"params": p[1:]}], amsgrad=True)
experimental.AdamW(p)
experimental.Adadelta(p)
experimental.Adagrad(p)
experimental.ASGD(p)
experimental.Adamax(p)
experimental.RMSprop(p, centered=True, momentum=0.9)
experimental.Rprop(p)
experimental.RAdam(p)
experimental.NAdam(p)
"""
_SCHEDULERS = """
StepLR(o, 3)
LinearLR(o)
ExponentialLR(o, 0.9)
PolynomialLR(o)
MultiplicativeLR(o, lambda epoch: 0.9)
ConstantLR(o)
MultiStepLR(o, [2, 4])
LambdaLR(o, lambda epoch: 0.9)
CyclicLR(o, 0.01, 0.1, step_size_up=2, mode="triangular2")
CosineAnnealingWarmRestarts(o, 3)
CosineAnnealingLR(o, 5)
SequentialLR(o, [schedulers.ConstantLR(o), schedulers.ExponentialLR(o, 0.9)], [3])
ReduceLROnPlateau(o)
"""
_RATES = """
nn.ExponentialDecayLR(0.1, 0.9, 4, is_stair=True)
nn.NaturalExpDecayLR(0.1, 0.9, 4, True)
nn.InverseDecayLR(0.1, 0.9, 4, True)
nn.CosineDecayLR(0.01, 0.1, 4)
nn.PolynomialDecayLR(0.1, 0.01, 4, 0.5, True)
nn.WarmUpLR(0.1, 4)
nn.piecewise_constant_lr([2, 5], [0.1, 0.05])
nn.exponential_decay_lr(0.1, 0.9, 6, 2, 1, True)
nn.natural_exp_decay_lr(0.1, 0.9, 6, 2, 1)
nn.inverse_decay_lr(0.1, 0.9, 6, 2, 1)
nn.cosine_decay_lr(0.01, 0.1, 6, 2, 2)
nn.polynomial_decay_lr(0.1, 0.01, 6, 2, 2, 0.5, True)
nn.warmup_lr(0.1, 6, 2, 2)
"""
_METRICS = """
nn.Accuracy("classification") | f(3, 2), i(3)
nn.Accuracy("multilabel") | ms.Tensor([[0, 1], [1, 1]]), ms.Tensor([[0, 1], [1, 0]])
nn.Precision() | f(3, 2), i(3)
nn.Recall() | f(3, 2), i(3)
nn.F1() | f(3, 2), i(3)
nn.Fbeta(2) | f(3, 2), i(3)
nn.MAE() | f(3), f(3)
nn.MSE() | f(3), f(3)
nn.Loss() | f(1)
nn.Top1CategoricalAccuracy() | f(3, 2), i(3)
nn.Top5CategoricalAccuracy() | f(3, 6), i(3)
nn.TopKCategoricalAccuracy(2) | f(3, 4), i(3)
nn.ConfusionMatrix(2) | ms.Tensor([1, 0, 1]), ms.Tensor([1, 0, 0])
nn.Dice() | f(2, 2), ms.Tensor([[0, 1], [1, 1]])
nn.ROC(pos_label=1) | f(4), ms.Tensor([0, 1, 1, 0])
nn.Perplexity() | f(2, 3), i(2)
nn.MeanSurfaceDistance(symmetric=False) | m(3, 3), m(3, 3), 0
nn.RootMeanSquareDistance() | m(3, 3), m(3, 3), 0
nn.HausdorffDistance() | m(3, 3), m(3, 3), 0
nn.BleuScore() | [["i", "have", "a", "pen"]], [[["i", "have", "a", "pen"]]]
"""
_INITIALIZERS = """
Zero()
One()
Constant(3)
Normal(0.1)
Uniform(0.1)
TruncatedNormal(0.1)
XavierNormal()
XavierUniform()
HeNormal()
HeUniform(mode="fan_out", nonlinearity="relu")
Orthogonal()
Sparse(0.5)
VarianceScaling(distribution="uniform")
Identity()
"""
_DISTRIBUTIONS = """
Normal(0.0, 1.0)
Bernoulli(0.5)
Exponential(0.5)
Geometric(0.5)
Uniform(0.0, 1.0)
Categorical([0.2, 0.8])
Logistic(0.0, 1.0)
Gumbel(0.0, 1.0)
LogNormal(0.0, 1.0)
Beta([1.0], [2.0])
Gamma([1.0], [2.0])
Poisson([1.0])
Cauchy(0.0, 1.0)
"""


def _space() -> dict[str, Any]:
    import mindspore as ms
    import numpy as np
    from mindspore import nn

    random = np.random.default_rng(0)
    return {
        "ms": ms,
        "nn": nn,
        "f": lambda *shape: ms.Tensor(random.uniform(0.05, 0.95, shape).astype(np.float32)),
        "i": lambda *shape: ms.Tensor(random.integers(0, 2, shape).astype(np.int32)),
        "l": lambda *shape: ms.Tensor(np.arange(np.prod(shape)).reshape(shape).astype(np.int64)),
        "m": lambda *shape: ms.Tensor(np.eye(*shape)),
    }


def _layer(kind: str, layer: str, inputs: str) -> None:
    space = _space()
    module = space["nn"] if kind == "nn" else space["ms"].mint.nn
    name = layer.partition("(")[0]
    made = eval(layer, space | {name: getattr(module, name)})
    repr(made)
    given = eval(f"({inputs}{',' if inputs else ''})", space)
    for training in (True, False):
        made.set_train(training)
        made(*given)
    parameters = list(made.trainable_params())
    if not parameters:
        return

    def loss(*values: Any) -> Any:
        out = made(*values)
        while isinstance(out, (tuple, list)):
            out = out[0]
        return out.sum()

    space["ms"].value_and_grad(loss, None, parameters)(*given)


def _training(optimizer: str, **more: Any) -> tuple[Any, Callable[[], Any]]:
    space = _space()
    ms, nn = space["ms"], space["nn"]
    from mindspore.experimental import optim

    net = nn.SequentialCell(nn.Dense(3, 4), nn.ReLU(), nn.Dense(4, 2))
    made = eval(optimizer, space | {"p": net.trainable_params(), "experimental": optim, **more})
    step = ms.value_and_grad(lambda x, y: nn.MSELoss()(net(x), y), None, made.parameters)
    x, y = space["f"](4, 3), space["f"](4, 2)

    def once() -> Any:
        value, gradients = step(x, y)
        made(gradients)
        return value

    return made, once


def _optimize(line: str) -> None:
    made, once = _training(
        line.replace("nn.LARS(nn.Momentum(p, 0.1, 0.9))", "nn.LARS(nn.Momentum(p, 0.1, 0.9), epsilon=1e-8)")
    )
    for _ in range(3):
        once()
    repr(made)
    if line.startswith("nn."):
        made.get_lr(), made.target, made.unique
        made.get_lr_parameter(list(made.parameters))


def _schedule(line: str) -> None:
    from mindspore.experimental.optim import lr_scheduler

    made, once = _training("experimental.SGD(p, 0.1, momentum=0.9)")
    scheduler = eval(line, {**vars(lr_scheduler), "o": made, "schedulers": lr_scheduler})
    for _ in range(5):
        once()
        scheduler.step(*([1.0] if line.startswith("Reduce") else []))
        if hasattr(scheduler, "get_last_lr"):
            scheduler.get_last_lr()


def _rate(line: str) -> None:
    space = _space()
    made = eval(line, space)
    if callable(made):
        made(space["ms"].Tensor(2, space["ms"].int32))


def _metric(metric: str, inputs: str) -> None:
    space = _space()
    made = eval(metric, space)
    made.clear()
    made.update(*eval(f"({inputs},)", space))
    made.eval()


def _initialize(line: str) -> None:
    import mindspore as ms
    from mindspore.common import initializer

    made = eval(line, vars(initializer))
    initializer.initializer(made, [4, 4], ms.float32).init_data()
    initializer.initializer("normal", [4, 4])
    initializer.initializer(0.5, (2,), ms.float32).init_data()


def _distribution(line: str) -> None:
    space = _space()
    ms = space["ms"]
    from mindspore.nn import probability

    name, _, arguments = line.partition("(")
    made = getattr(probability.distribution, name)(
        *eval(f"({arguments[:-1]},)"),
        dtype=ms.float32 if name not in ("Bernoulli", "Geometric", "Categorical") else ms.int32,
    )
    for method in ("mean", "sd", "var", "mode", "entropy"):
        try:
            getattr(made, method)()
        except Exception:
            continue
    for method in ("prob", "log_prob", "cdf", "survival_function"):
        try:
            getattr(made, method)(ms.Tensor([0.5], ms.float32))
        except Exception:
            continue
    made.sample((2,))


def _cell() -> None:
    space = _space()
    ms, nn = space["ms"], space["nn"]

    class Block(nn.Cell):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Dense(3, 2)
            self.norm = nn.BatchNorm1d(2)
            self.scale = ms.Parameter(ms.Tensor([1.0, 2.0]), name="scale")
            self.insert_param_to_cell("more", ms.Parameter(ms.Tensor([1.0])))
            self.insert_child_to_cell("act", nn.ReLU())
            self.register_buffer("mask", ms.Tensor([1.0, 0.0]))

        def construct(self, x: Any) -> Any:
            return self.act(self.norm(self.dense(x))) * self.scale

    net = Block()
    handles = [
        net.register_forward_hook(lambda cell, args, out: out),
        net.register_forward_pre_hook(lambda cell, args: args),
        net.register_backward_hook(lambda cell, grads, outs: None),
    ]
    net(space["f"](4, 3))
    ms.value_and_grad(lambda x: net(x).sum(), None, net.trainable_params())(space["f"](4, 3))
    for handle in handles:
        handle.remove()
    net.set_train(), net.set_grad(), net.to_float(ms.float32), repr(net), net.param_prefix, net.cls_name
    list(net.get_parameters()), net.trainable_params(), net.untrainable_params(), net.parameters_dict()
    list(net.parameters_and_names()), list(net.cells()), list(net.cells_and_names()), net.name_cells()
    list(net.buffers()), list(net.named_buffers()), net.state_dict(), net.load_state_dict(net.state_dict())
    (
        net.update_parameters_name("p."),
        net.apply(lambda cell: None),
        net.init_parameters_data(),
        net.parameters_broadcast_dict(),
    )
    net.parameters_layout_dict if hasattr(net, "parameters_layout_dict") else None
    (
        net.get_inputs(),
        net.set_comm_fusion(1),
        net.recompute,
        net.flatten_weights(),
        net.get_buffer("mask"),
        net.get_sub_cell("act"),
    )
    (
        net.get_parameter("dense.weight"),
        net.extend_repr(),
        net.add_flags(a=True),
        net.get_flags(),
        net.cast_param(net.scale),
    )
    net.mixed_precision if hasattr(net, "mixed_precision") else None
    del net.act


def _containers() -> None:
    space = _space()
    nn = space["nn"]
    from collections import OrderedDict

    net = nn.SequentialCell([nn.Dense(3, 2), nn.ReLU()])
    nn.SequentialCell(OrderedDict(a=nn.ReLU()))(space["f"](2))
    net.append(nn.Tanh())
    net(space["f"](2, 3)), net[0], net[1:], len(net), net.set_grad(True)
    net[0] = nn.Sigmoid()
    del net[0]
    cells = nn.CellList([nn.ReLU()])
    cells.append(nn.Tanh())
    cells.insert(0, nn.ReLU())
    cells.extend([nn.Tanh()])
    cells[0], cells[1:], len(cells), list(cells), cells.set_grad(True)
    cells += [nn.ReLU()]
    named = nn.CellDict({"a": nn.ReLU()})
    named["b"] = nn.Tanh()
    named.update({"c": nn.Tanh()})
    list(named.keys()), list(named.items()), list(named.values()), named.pop("a"), len(named), "b" in named
    named.clear()


def _wrap() -> None:
    space = _space()
    ms, nn = space["ms"], space["nn"]

    def net() -> Any:
        return nn.Dense(3, 2)

    x, y = space["f"](4, 3), space["f"](4, 2)
    for make in (
        lambda one: nn.WithLossCell(one, nn.MSELoss()),
        lambda one: nn.WithEvalCell(one, nn.MSELoss()),
        lambda one: nn.WithGradCell(one, nn.MSELoss()),
        lambda one: nn.TrainOneStepCell(
            nn.WithLossCell(one, nn.MSELoss()), nn.Momentum(one.trainable_params(), 0.1, 0.9)
        ),
        lambda one: nn.ForwardValueAndGrad(
            nn.WithLossCell(one, nn.MSELoss()), one.trainable_params(), get_by_list=True
        ),
        lambda one: nn.TrainOneStepWithLossScaleCell(
            nn.WithLossCell(one, nn.MSELoss()),
            nn.Momentum(one.trainable_params(), 0.1, 0.9),
            nn.DynamicLossScaleUpdateCell(1024, 2, 10),
        ),
    ):
        make(net()).set_train()(x, y)
    nn.FixedLossScaleUpdateCell(2.0).get_loss_scale()
    nn.ParameterUpdate(net().weight)
    nn.MicroBatchInterleaved(net(), 2)(x)
    ms.ParameterTuple(net().trainable_params())
