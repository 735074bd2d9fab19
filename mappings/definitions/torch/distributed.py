"""Distributed: what PyTorch lacks of MindSpore."""

import torch


def all_to_all_v_c(output, input, send_count_matrix, async_op=False):
    """Sends rows to all ranks; entry i * ranks + j of the matrix is how many go from rank i to rank j."""
    ranks, rank = torch.distributed.get_world_size(), torch.distributed.get_rank()
    received = list(send_count_matrix[rank::ranks])
    sent = list(send_count_matrix[rank * ranks : (rank + 1) * ranks])
    return torch.distributed.all_to_all_single(output, input, received, sent, async_op=async_op)


def all_gather_matmul(input, x2, world_size, gather_output=True, trans_x2=False):
    """The rows of all ranks times a matrix, and the rows themselves."""
    whole = input.new_empty(world_size * len(input), input.shape[1])
    torch.distributed.all_gather_into_tensor(whole, input)
    return whole @ (x2.T if trans_x2 else x2), whole if gather_output else whole.new_empty(0)
