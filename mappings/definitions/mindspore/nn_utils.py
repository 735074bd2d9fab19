"""Gradients, parameters and weights of layers: what MindSpore lacks of PyTorch."""

import mindspore


def total_norm(tensors, norm_type=2.0):
    tensors = [tensors] if isinstance(tensors, mindspore.Tensor) else list(tensors)
    if not tensors:
        return mindspore.Tensor(0.0)
    return mindspore.ops.vector_norm(
        mindspore.ops.stack([mindspore.ops.vector_norm(t, norm_type) for t in tensors]), norm_type
    )


def fuse_conv_bn_weights(conv_w, conv_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b, transpose=False):
    conv_b = mindspore.ops.zeros_like(bn_rm) if conv_b is None else conv_b
    bn_w = mindspore.ops.ones_like(bn_rm) if bn_w is None else bn_w
    bn_b = mindspore.ops.zeros_like(bn_rm) if bn_b is None else bn_b
    scale = bn_w * mindspore.ops.rsqrt(bn_rv + bn_eps)
    shape = (1, -1) if transpose else (-1, 1)
    weight = conv_w * scale.reshape(*shape, *(1,) * (conv_w.ndim - 2))
    return mindspore.Parameter(weight), mindspore.Parameter((conv_b - bn_rm) * scale + bn_b)


def fuse_linear_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b):
    linear_b = mindspore.ops.zeros_like(bn_rm) if linear_b is None else linear_b
    scale = bn_w * mindspore.ops.rsqrt(bn_rv + bn_eps)
    weight = linear_w * scale.unsqueeze(-1)
    return mindspore.Parameter(weight), mindspore.Parameter((linear_b - bn_rm) * scale + bn_b)


def vector_to_parameters(vec, parameters):
    start = 0
    for parameter in parameters:
        parameter.set_data(vec[start : start + parameter.size].reshape(parameter.shape))
        start += parameter.size
