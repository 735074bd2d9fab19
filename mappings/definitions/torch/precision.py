"""Mixed precision: what PyTorch lacks of MindSpore."""

import torch


def with_autocast(network, dtype=torch.float16):
    """The function or network with autocast around its calls; what it gives is float32 again."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    is_network = isinstance(network, torch.nn.Module)
    lowered = torch.autocast(device, dtype=dtype)(network.forward if is_network else network)

    def widened(result):
        if isinstance(result, (tuple, list)):
            return type(result)([widened(one) for one in result])
        if isinstance(result, dict):
            return {name: widened(one) for name, one in result.items()}
        is_lower = isinstance(result, torch.Tensor) and result.dtype in (torch.float16, torch.bfloat16)
        return result.float() if is_lower else result

    def forward(*args, **kwargs):
        return widened(lowered(*args, **kwargs))

    if not is_network:
        return forward
    network.forward = forward
    return network


class StaticLossScaler:
    """A factor of the loss that stays as it is, with the methods of torch.amp.GradScaler."""

    def __init__(self, scale_value):
        self.scale_value = scale_value

    def scale(self, outputs):
        if isinstance(outputs, (tuple, list)):
            return type(outputs)([self.scale(one) for one in outputs])
        return outputs * self.scale_value

    def get_scale(self):
        return self.scale_value

    def unscale_(self, optimizer):
        for weight in self.weights(optimizer):
            weight.grad.div_(self.scale_value)

    def step(self, optimizer):
        if all(torch.isfinite(weight.grad).all() for weight in self.weights(optimizer)):
            optimizer.step()

    def update(self):
        pass

    @staticmethod
    def weights(optimizer):
        return [one for group in optimizer.param_groups for one in group["params"] if one.grad is not None]
