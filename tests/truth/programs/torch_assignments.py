"""Assignments, unpacking, walrus, augmented assignment, rebinding, chained and starred targets, deletion."""

import torch

a = b = torch.rand(4, 4)
a.t(), b.sum()
values, indices = torch.max(a, dim=1)
values.mean(), indices.float()
first, *rest = torch.split(a, 1)
first.squeeze(), rest[0].squeeze()
(u, s, v), extra = torch.linalg.svd(a), 3
u.mm(torch.diag(s)).mm(v)
if (c := a.view(2, 8)) is not None:
    c.flatten()
a += 1
a.clamp(0, 1)
d = a
d = d.long()
d.tolist()
d = "text"
d.upper()
rows, columns = a.shape
rows.bit_length()
e = a.max(1)
e.values.sum(), e[1].sum()
pair = (a, torch.nn.Linear(4, 2))
pair[0].abs(), pair[1].weight.shape
table = {"x": a, "net": torch.nn.BatchNorm1d(4)}
table["x"].sum(), table["net"].running_mean.mean()
shape = list(a.shape)
shape.append(3)
f = a if rows else None
f.sum()
g = f[0, 0] or torch.zeros(1)
g.abs()
device, dtype = a.device, a.dtype
device.type, dtype.is_floating_point
(-a).exp(), (a @ a).det(), (a > 0).any(), (~(a > 0)).all(), a[0, 1:].max(), a.T.contiguous()
h, i = i, h = torch.ones(1), torch.zeros(1)
h.item(), i.item()
