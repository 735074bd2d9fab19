from mindspore import nn

relu = nn.ReLU()
