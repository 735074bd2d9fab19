"""MindSpore: imports, assignments, unpacking, loops, comprehensions, annotations, narrowing."""

from typing import List, Optional, Tuple

import mindspore
import mindspore as ms
import mindspore.common.dtype as mstype
import mindspore.numpy as mnp
import mindspore.ops as ops
from mindspore import Parameter, Tensor, float32, mint, nn
from mindspore import dtype as kinds
from mindspore.common.initializer import Normal, initializer
from mindspore.ops import functional as F

ms.set_context(mode=ms.PYNATIVE_MODE)
a = b = Tensor([[1.0, 2.0], [3.0, 4.0]], ms.float32)
a.sum(), b.shape, a.dtype, a.ndim, a.T.asnumpy(), a.view(4).max()
values, indices = ops.max(a, axis=1)
values.mean(), indices.astype(ms.float32)
first, *rest = ops.split(a, 1)
first.squeeze(), rest[0].reshape(-1)
(u, v), w = (a, b), 1
u.abs(), v.exp()
if (c := a.flatten()) is not None:
    c.size
a += 1
a.clip(0, 1)
(-a).abs(), (a @ a).sum(), (a > 0).all(), a[0, 1:].max()
F.relu(a).add(1)
mint.add(a, a).mean()
mnp.zeros((2, 2)).sum()
initializer(Normal(0.1), (2, 2), mstype.float32).init_data().asnumpy()
Tensor([1], kinds.int32).asnumpy(), ops.ones((2,), float32).sum()
rows, columns = a.shape
rows.bit_length()
scale = Parameter(Tensor([1.0]), name="scale")
scale.name, scale.requires_grad, scale.asnumpy(), scale.value().sum()
net = nn.SequentialCell(nn.Dense(2, 2), nn.ReLU())
for parameter in net.get_parameters():
    parameter.set_data(parameter.abs()), parameter.name
for parameter in net.trainable_params():
    parameter.shape, parameter.requires_grad
for name, parameter in net.parameters_and_names():
    parameter.asnumpy(), name.upper()
for name, cell in net.cells_and_names():
    if isinstance(cell, nn.Dense):
        cell.weight.shape, cell.bias.sum()
        cell.weight.set_data(initializer("zeros", cell.weight.shape, cell.weight.dtype))
for cell in net.cells():
    cell.set_train()
for step, one in enumerate(ops.unbind(a) if hasattr(ops, "unbind") else [a[0], a[1]]):
    one.sum()
for one, other in zip([a, b], (a, b)):
    one.sum() + other.sum()
sizes = [one.size for one in net.trainable_params()]
means = {one.name: one.mean() for one in net.get_parameters()}
for name, mean in means.items():
    mean.asnumpy()
ops.stack([one.sum() for one in [a, b]]).max()
table = {"x": a, "cell": nn.BatchNorm2d(3)}
table["x"].sum(), table["cell"].moving_mean.shape


def annotated(x: Tensor, cells: List[nn.Cell], mask: Optional[Tensor] = None) -> Tuple[Tensor, Tensor]:
    for cell in cells:
        cell.set_train(False)
    if mask is not None:
        x = x * mask.astype(x.dtype)
    return x.sum(), x.mean()


def quoted(x: "ms.Tensor") -> "Tensor":
    return x.expand_dims(0)


def narrowed(x):
    if isinstance(x, Tensor):
        return x.asnumpy()
    if isinstance(x, nn.Cell):
        return x.trainable_params()
    return x


total, mean = annotated(a, [net], a)
total.asnumpy(), mean.item()
quoted(a).squeeze()
narrowed(a), narrowed(net), narrowed(1)
mindspore.ops.cat([a, b]).shape
