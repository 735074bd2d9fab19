import torch
    with torch.no_grad():
