"""Sparse tensors: what MindSpore lacks of PyTorch."""

import mindspore


def sparse_softmax(sparse, dim):
    """Like ops.softmax over the places that a COOTensor holds."""
    held = mindspore.COOTensor(sparse.indices, mindspore.ops.ones_like(sparse.values), sparse.shape).to_dense()
    dense = mindspore.ops.where(held > 0, sparse.to_dense(), -float("inf"))
    values = mindspore.ops.gather_nd(mindspore.ops.exp(mindspore.ops.log_softmax(dense, dim)), sparse.indices)
    return mindspore.COOTensor(sparse.indices, values, sparse.shape)


def sparse_log_softmax(sparse, dim):
    """Like ops.log_softmax over the places that a COOTensor holds."""
    held = mindspore.COOTensor(sparse.indices, mindspore.ops.ones_like(sparse.values), sparse.shape).to_dense()
    dense = mindspore.ops.where(held > 0, sparse.to_dense(), -float("inf"))
    values = mindspore.ops.gather_nd(mindspore.ops.log_softmax(dense, dim), sparse.indices)
    return mindspore.COOTensor(sparse.indices, values, sparse.shape)
