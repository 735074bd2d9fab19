"""Sequences of different lengths: what MindSpore lacks of PyTorch."""

import mindspore


def pad_sequence(sequences, batch_first=False, padding_value=0.0, padding_side="right"):
    longest, rows = max(len(sequence) for sequence in sequences), []
    for sequence in sequences:
        shape = (longest - len(sequence), *sequence.shape[1:])
        if shape[0]:
            gap = mindspore.ops.full(shape, padding_value, dtype=sequence.dtype)
            pieces = (sequence, gap) if padding_side == "right" else (gap, sequence)
            sequence = mindspore.ops.cat(pieces)
        rows.append(sequence)
    return mindspore.ops.stack(rows, 0 if batch_first else 1)


def unpad_sequence(padded_sequences, lengths, batch_first=False):
    rows = padded_sequences if batch_first else padded_sequences.swapaxes(0, 1)
    return [row[: int(length)] for row, length in zip(rows, lengths)]
