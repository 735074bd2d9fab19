import torch

order = torch.randperm(8)
x = torch.ones(2, 3)
y = x.reshape(3, 2)
