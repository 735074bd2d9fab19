"""Special functions: what MindSpore lacks of PyTorch."""

import mindspore


def polynomial(x, n, second, step):
    """The n-th polynomial of a family by its recurrence; the first one is 1."""
    x, n = mindspore.Tensor(x), mindspore.Tensor(n)
    x = x if mindspore.ops.is_floating_point(x) else x.astype(mindspore.float32)
    n = n.astype(mindspore.int32)
    before = mindspore.ops.ones_like(x + n)
    now = second(x) * before
    result = mindspore.ops.where(n == 1, now, (n == 0).astype(x.dtype))
    for k in range(1, int(n.max())):
        before, now = now, step(k, x, now, before)
        result = mindspore.ops.where(n == k + 1, now, result)
    return result
