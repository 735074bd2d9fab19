from torch import nn

layer = nn.Linear(8, 4)
