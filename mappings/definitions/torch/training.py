"""Training: what PyTorch lacks of MindSpore."""

import torch


class WithLossCell(torch.nn.Module):
    def __init__(self, backbone, loss_fn):
        super().__init__()
        self._backbone, self._loss_fn = backbone, loss_fn

    @property
    def backbone_network(self):
        return self._backbone

    def forward(self, data, label):
        return self._loss_fn(self._backbone(data), label)


class WithEvalCell(torch.nn.Module):
    def __init__(self, network, loss_fn):
        super().__init__()
        self._network, self._loss_fn = network, loss_fn

    def forward(self, data, label):
        outputs = self._network(data)
        return self._loss_fn(outputs, label), outputs, label


class TrainOneStepCell(torch.nn.Module):
    def __init__(self, network, optimizer, sens=None, return_grad=False):
        super().__init__()
        self.network, self.optimizer = network, optimizer
        self.sens, self.return_grad = 1.0 if sens is None else sens, return_grad

    def forward(self, *inputs):
        self.optimizer.zero_grad()
        loss = self.network(*inputs)
        loss.backward(torch.full_like(loss, self.sens))
        self.optimizer.step()
        if self.return_grad:
            return loss.detach(), {name: weight.grad for name, weight in self.network.named_parameters()}
        return loss.detach()


class WithGradCell(torch.nn.Module):
    def __init__(self, network, loss_fn=None):
        super().__init__()
        self.network, self.loss_fn = network.train(), loss_fn

    def forward(self, *inputs):
        loss = self.network(*inputs) if self.loss_fn is None else self.loss_fn(self.network(inputs[0]), inputs[1])
        return torch.autograd.grad(loss.sum(), [one for one in self.network.parameters() if one.requires_grad])


class ForwardValueAndGrad(torch.nn.Module):
    def __init__(self, network, weights=None, get_all=False, get_by_list=False, sens_param=False):
        super().__init__()
        self.network, self.weights = network, list(weights) if get_by_list else []
        self.get_all, self.get_by_list, self.sens_param = get_all, get_by_list, sens_param

    def forward(self, *inputs):
        *inputs, sens = inputs if self.sens_param else (*inputs, None)
        inputs = [one.detach().requires_grad_(one.is_floating_point()) for one in inputs]
        loss = self.network(*inputs)
        wanted = inputs if self.get_all else [] if self.get_by_list else inputs[:1]
        sens = torch.ones_like(loss) if sens is None else sens
        found = torch.autograd.grad(loss, [*wanted, *self.weights], sens, materialize_grads=True)
        of_inputs, of_weights = found[: len(wanted)], found[len(wanted) :]
        if self.get_by_list:
            return loss, (of_inputs, of_weights) if self.get_all else of_weights
        return loss, of_inputs if self.get_all else of_inputs[0]


class ParameterUpdate(torch.nn.Module):
    def __init__(self, param):
        super().__init__()
        self._param = param

    def forward(self, x):
        self._param.data.copy_(x)
        return x
