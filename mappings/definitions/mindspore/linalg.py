"""Linear algebra: what MindSpore lacks of PyTorch."""

import mindspore


def eigh(matrix, lower):
    """Eigenvalues and eigenvectors of symmetric matrices, one matrix after the other."""
    shape = matrix.shape
    found = [mindspore.scipy.linalg.eigh(one, lower=lower) for one in matrix.reshape((-1, *shape[-2:]))]
    values, vectors = (mindspore.ops.stack(part) for part in zip(*found))
    return values.reshape(shape[:-1]), vectors.reshape(shape)


def eigvalsh(matrix, lower):
    """Eigenvalues of symmetric matrices, one matrix after the other."""
    shape = matrix.shape
    found = [
        mindspore.scipy.linalg.eigh(one, lower=lower, eigvals_only=True) for one in matrix.reshape((-1, *shape[-2:]))
    ]
    return mindspore.ops.stack(found).reshape(shape[:-1])


def lu(matrix):
    """Permutation, lower and upper factor of matrices with no more rows than columns, one after the other."""
    found = map(mindspore.scipy.linalg.lu, matrix.reshape((-1, *matrix.shape[-2:])))
    parts = (mindspore.ops.stack(part).astype(matrix.dtype) for part in zip(*found))
    return tuple(part.reshape((*matrix.shape[:-2], *part.shape[-2:])) for part in parts)


def lu_factor(matrix):
    """LU factors and pivots, which count from 1, of matrices with no more rows than columns, one after the other."""
    rows, columns = matrix.shape[-2:]
    batch, below = matrix.shape[:-2], mindspore.ops.eye(columns, dtype=matrix.dtype)[rows:]
    found = []
    for one in matrix.reshape((-1, rows, columns)):
        square = mindspore.ops.cat([one, below]) if rows < columns else one
        found.append(mindspore.scipy.linalg.lu_factor(square))
    lu, pivots = (mindspore.ops.stack(part)[:, :rows] for part in zip(*found))
    return lu.reshape((*batch, rows, columns)), (pivots + 1).reshape((*batch, rows))


def lu_solve_transposed(factors, pivots, other):
    """Solve for the transposed matrix that has these LU factors."""
    order, lower, upper = mindspore.ops.lu_unpack(factors, pivots)
    matrix = mindspore.ops.matmul(mindspore.ops.matmul(order, lower), upper)
    return mindspore.ops.matrix_solve(matrix.swapaxes(-2, -1), other)


def matrix_rank(matrix, atol=None, rtol=None):
    """How many singular values are above both tolerances."""
    values = mindspore.ops.svd(matrix, compute_uv=False)
    if rtol is None:
        spacing = 2.220446049250313e-16 if matrix.dtype == mindspore.float64 else 1.1920928955078125e-07
        rtol = spacing * max(matrix.shape[-2:]) if atol is None else 0.0
    absolute, relative = (
        one.expand_dims(-1) if isinstance(one, mindspore.Tensor) and one.ndim else one
        for one in (0.0 if atol is None else atol, rtol)
    )
    return (values > absolute).logical_and(values > values[..., :1] * relative).sum(-1)


def solve(matrix, other):
    """Solve matrix @ found = other, where other may be a vector, and batches are broadcast."""
    vector = other.ndim == 1 or other.shape == matrix.shape[:-1]
    other = other.expand_dims(-1) if vector else other
    batch = (matrix[..., :1, :1] + other[..., :1, :1]).shape[:-2]
    matrix, other = (one.broadcast_to((*batch, *one.shape[-2:])) for one in (matrix, other))
    found = mindspore.ops.matrix_solve(matrix, other)
    return found.squeeze(-1) if vector else found
