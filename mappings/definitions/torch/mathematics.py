"""Mathematics: what PyTorch lacks of MindSpore."""

import torch


class MatMul(torch.nn.Module):
    def __init__(self, transpose_x1=False, transpose_x2=False):
        super().__init__()
        self.transpose_x1, self.transpose_x2 = transpose_x1, transpose_x2

    def forward(self, x1, x2):
        x1 = x1.mT if self.transpose_x1 and x1.ndim > 1 else x1
        x2 = x2.mT if self.transpose_x2 and x2.ndim > 1 else x2
        return torch.matmul(x1, x2)


class Moments(torch.nn.Module):
    def __init__(self, axis=None, keep_dims=None):
        super().__init__()
        self.axis, self.keep_dims = axis, bool(keep_dims)

    def forward(self, x):
        axis = None if self.axis == () else self.axis
        var, mean = torch.var_mean(x, axis, correction=0, keepdim=self.keep_dims)
        return mean, var


class ReduceLogSumExp(torch.nn.Module):
    def __init__(self, axis, keep_dims=False):
        super().__init__()
        self.axis, self.keep_dims = axis, keep_dims

    def forward(self, x):
        axis = tuple(range(x.ndim)) if self.axis in ((), []) else self.axis
        return torch.logsumexp(x, axis, self.keep_dims)


class LGamma(torch.nn.Module):
    def forward(self, x):
        return torch.lgamma(x)


class DiGamma(torch.nn.Module):
    def forward(self, x):
        return torch.digamma(x)


class IGamma(torch.nn.Module):
    def forward(self, a, x):
        return torch.special.gammainc(a, x)


class LBeta(torch.nn.Module):
    def forward(self, x, y):
        a, b = x.double(), y.double()
        return (torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)).to(x.dtype)


class Range(torch.nn.Module):
    def __init__(self, start, limit=None, delta=1):
        super().__init__()
        start, limit = (0, start) if limit is None else (start, limit)
        whole = all(isinstance(one, int) for one in (start, limit, delta))
        dtype = torch.int32 if whole else torch.float32
        self.register_buffer("result", torch.arange(start, limit, delta, dtype=dtype), persistent=False)

    def forward(self):
        return self.result


class MatDet(torch.nn.Module):
    def forward(self, a):
        return torch.linalg.det(a)


class MatInverse(torch.nn.Module):
    def forward(self, a):
        return torch.linalg.inv(a)


class SparseToDense(torch.nn.Module):
    def forward(self, sparse_tensor):
        return sparse_tensor.to_dense()


class SparseTensorDenseMatmul(torch.nn.Module):
    def __init__(self, adjoint_st=False, adjoint_dt=False):
        super().__init__()
        self.adjoint_st, self.adjoint_dt = adjoint_st, adjoint_dt

    def forward(self, indices, values, sparse_shape, dense):
        if self.adjoint_st:
            indices, values, sparse_shape = indices.flip(1), values.conj(), tuple(sparse_shape)[::-1]
        sparse = torch.sparse_coo_tensor(indices.T, values, tuple(sparse_shape))
        return torch.sparse.mm(sparse, dense.mH if self.adjoint_dt else dense)


class Jvp(torch.nn.Module):
    def __init__(self, fn):
        super().__init__()
        self.fn = fn

    def forward(self, *inputs):
        *inputs, tangents = inputs
        tangents = tangents if isinstance(tangents, tuple) else (tangents,)
        return torch.func.jvp(self.fn, tuple(inputs), tangents)


class Vjp(torch.nn.Module):
    def __init__(self, fn):
        super().__init__()
        self.fn = fn

    def forward(self, *inputs):
        *inputs, cotangents = inputs
        output, pull = torch.func.vjp(self.fn, *inputs)
        gradients = pull(cotangents)
        return output, gradients[0] if len(inputs) == 1 else gradients


def hfftn(input, s=None, dim=None, norm=None):
    """Like torch.fft.hfft, over several dimensions: the last is the one with the symmetry."""
    dims = tuple(range(-len(s or input.shape), 0)) if dim is None else tuple(dim)
    *sizes, last = s or [None] * len(dims)
    for size, one in zip(sizes, dims):
        input = torch.fft.fft(input, size, one, norm)
    return torch.fft.hfft(input, last, dims[-1], norm)


def ihfftn(input, s=None, dim=None, norm=None):
    """Like torch.fft.ihfft, over several dimensions: the last is the one with the symmetry."""
    dims = tuple(range(-len(s or input.shape), 0)) if dim is None else tuple(dim)
    *sizes, last = s or [None] * len(dims)
    result = torch.fft.ihfft(input, last, dims[-1], norm)
    for size, one in zip(sizes, dims):
        result = torch.fft.ifft(result, size, one, norm)
    return result
