"""Recurrent cells: what MindSpore lacks of PyTorch."""

import mindspore


class RNNCell(mindspore.nn.RNNCell):  # also with GRUCell for RNNCell
    def construct(self, x, hx=None):
        batch = x if x.ndim == 2 else x.unsqueeze(0)
        if hx is None:
            hx = mindspore.ops.zeros((batch.shape[0], self.hidden_size), x.dtype)
        hidden = super().construct(batch, hx.reshape(batch.shape[0], -1))
        return hidden if x.ndim == 2 else hidden.squeeze(0)


class LSTMCell(mindspore.nn.LSTMCell):
    def construct(self, x, hx=None):
        batch = x if x.ndim == 2 else x.unsqueeze(0)
        if hx is None:
            hx = (mindspore.ops.zeros((batch.shape[0], self.hidden_size), x.dtype),) * 2
        hidden, memory = super().construct(batch, tuple(one.reshape(batch.shape[0], -1) for one in hx))
        return (hidden, memory) if x.ndim == 2 else (hidden.squeeze(0), memory.squeeze(0))
