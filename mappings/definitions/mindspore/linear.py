"""Linear: what MindSpore lacks of PyTorch."""

import mindspore


def grouped_mm(mat_a, mat_b, offs=None, bias=None):
    if offs is None:
        result = mindspore.ops.matmul(mat_a, mat_b)
        return result if bias is None else result + bias
    ends = offs.asnumpy().tolist()
    spans = list(zip([0, *ends[:-1]], ends))
    if mat_a.ndim == 2 and mat_b.ndim == 2:
        pieces = [mindspore.ops.matmul(mat_a[:, a:b], mat_b[a:b]) for a, b in spans]
        return mindspore.ops.stack(pieces)
    if mat_a.ndim == 2:
        return mindspore.ops.cat([mindspore.ops.matmul(mat_a[a:b], one) for (a, b), one in zip(spans, mat_b)])
    return mindspore.ops.cat([mindspore.ops.matmul(one, mat_b[:, a:b]) for (a, b), one in zip(spans, mat_a)], 1)
