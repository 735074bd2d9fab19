"""Products of matrices: what MindSpore lacks of PyTorch."""

import mindspore


def einsum(equation, *operands):
    """Einstein summation: the operands are contracted from left to right by matrix products."""
    operands = list(operands[0] if isinstance(operands[0], (list, tuple)) else operands)
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    terms = inputs.split(",")
    spans = [operand.ndim - len(term) + 3 if "..." in term else 0 for term, operand in zip(terms, operands)]
    unused = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if letter not in equation]
    dots = unused[: max(spans)]
    terms = [[*term.replace("...", "|")] for term in terms]
    for term, span in zip(terms, spans):
        if "|" in term:
            place = term.index("|")
            term[place : place + 1] = dots[len(dots) - span :]
    letters = [letter for term in terms for letter in term]
    if arrow:
        output = [letter for part in output.replace("...", "|") for letter in (dots if part == "|" else part)]
    else:
        output = dots + sorted(letter for letter in set(letters) - set(dots) if letters.count(letter) == 1)
    result, left = None, []
    for number, (operand, term) in enumerate(zip(operands, terms)):
        while len(set(term)) < len(term):
            twice = next(letter for letter in term if term.count(letter) > 1)
            first = term.index(twice)
            second = term.index(twice, first + 1)
            operand = mindspore.ops.diagonal(operand, 0, first, second)
            term = [letter for place, letter in enumerate(term) if place not in (first, second)] + [twice]
        kept = {*output, *(letter for later in terms[number + 1 :] for letter in later)}
        if result is None:
            result, left = operand, term
            continue
        batch = [letter for letter in left if letter in term and letter in kept]
        inner = [letter for letter in left if letter in term and letter not in kept]
        rows = [letter for letter in left if letter not in term]
        columns = [letter for letter in term if letter not in left]
        result = result.permute(*(left.index(letter) for letter in batch + rows + inner))
        operand = operand.permute(*(term.index(letter) for letter in batch + inner + columns))
        shape = result.shape[len(batch) : len(batch) + len(rows)] + operand.shape[len(batch) + len(inner) :]
        size = 1
        for length in result.shape[len(batch) + len(rows) :]:
            size *= length
        result = result.reshape((*result.shape[: len(batch)], -1, size))
        operand = operand.reshape((*operand.shape[: len(batch)], size, -1))
        result = mindspore.ops.matmul(result, operand)
        result = result.reshape(result.shape[: len(batch)] + shape)
        left = batch + rows + columns
    summed = tuple(place for place, letter in enumerate(left) if letter not in output)
    result = result.sum(summed) if summed else result
    left = [letter for letter in left if letter in output]
    return result.permute(*(left.index(letter) for letter in output)) if left else result


def matrix_exp(matrix):
    """The exponential of a matrix: a Taylor series of the scaled matrix, squared back."""
    squarings = max(0, int(matrix.abs().sum(-1).max().log2().ceil())) if matrix.size else 0
    scaled = matrix.astype(mindspore.float64) / 2**squarings
    result = term = mindspore.ops.eye(matrix.shape[-1], dtype=scaled.dtype).expand_as(scaled)
    for order in range(1, 16):
        term = mindspore.ops.matmul(term, scaled) / order
        result = result + term
    for _ in range(squarings):
        result = mindspore.ops.matmul(result, result)
    return result.astype(matrix.dtype)


def multiply_by_q(reflectors, tau, other, left=True, transpose=False):
    """The product with the whole orthogonal matrix that a QR decomposition holds as reflectors."""
    rows, columns = reflectors.shape[-2:]
    if rows > columns:
        zeros = mindspore.ops.zeros(reflectors.shape[:-1] + (rows - columns,), reflectors.dtype)
        reflectors = mindspore.ops.cat((reflectors, zeros), -1)
    if rows > tau.shape[-1]:
        zeros = mindspore.ops.zeros(tau.shape[:-1] + (rows - tau.shape[-1],), tau.dtype)
        tau = mindspore.ops.cat((tau, zeros), -1)
    q = mindspore.ops.orgqr(reflectors[..., :rows], tau)
    q = q.swapaxes(-1, -2) if transpose else q
    return mindspore.ops.matmul(q, other) if left else mindspore.ops.matmul(other, q)
