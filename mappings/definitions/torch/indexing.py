"""Indexing: what PyTorch lacks of MindSpore."""


def batch_to_space_nd(x, block_shape, crops):
    """Moves blocks of the batch into the last dimensions, and cuts their edges off."""
    blocks = (block_shape,) * len(crops) if isinstance(block_shape, int) else tuple(block_shape)
    rank, first = len(blocks), x.ndim - len(blocks)
    result = x.reshape(*blocks, -1, *x.shape[1:])
    order = list(range(rank, rank + first))
    for place in range(rank):
        order += [rank + first + place, place]
    sizes = [size * block for size, block in zip(x.shape[first:], blocks)]
    result = result.permute(order).reshape(-1, *x.shape[1:first], *sizes)
    for place, (before, after) in enumerate(crops):
        result = result.narrow(first + place, before, sizes[place] - before - after)
    return result
