from mindspore import nn, ops

layer = nn.Dense(8, 4)
x = ops.ones((2, 8))
