"""Builds and runs networks in torch; the originals also get the weights that all sides share."""

from __future__ import annotations

import importlib
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lsp_server.verify import operators
from tests.migrate.networks import arrays

Arrays = dict[str, Any]


def prepare() -> None:
    torch.set_num_threads(1)
    if operators.load():  # without `cc` and `nm` only networks that need none of them run
        importlib.import_module("torchvision._autograd_registrations")  # as the package does when it is imported


def seed() -> None:
    torch.manual_seed(0)


def fill(net: Any, data: Any, detects: bool) -> None:
    """Weights that let every part of the network be seen in what comes out.

    Constants (norms, biases, layer scales) become random, and the statistics of batch norms those of real activations.
    Most activations are above zero: a deep network that bends everywhere makes 1e-3 of a rounding error by itself.
    """
    random = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.numel() == 1 or bool((parameter == parameter.flatten()[0]).all()):
                noise = (torch.rand(parameter.shape, generator=random) - 0.5) * 0.4
                was = float(parameter.flatten()[0])
                parameter.copy_(noise / 2 + (0.5 if was == 1 else 1) if was else noise + 0.8)
        norms = [one for one in net.modules() if isinstance(one, torch.nn.modules.batchnorm._BatchNorm)]
        before = [norm.momentum for norm in norms]
        for norm in norms:
            norm.momentum = 1.0
        net.eval() if detects else _train(net)
        for norm in norms:
            norm.train()
        net(*_given(data, detects))
        for norm, momentum in zip(norms, before, strict=True):
            norm.momentum = momentum
            if norm.running_var is not None:
                norm.running_var.clamp_(min=float(norm.running_var.mean()) / 2)


def save(net: Any, path: Path) -> None:
    torch.save(net.state_dict(), path)


def load(net: Any, path: Path) -> None:
    """With the versions of layers that a file of torch's own holds, and that some networks ask for."""
    found: Any = OrderedDict(torch.load(path))
    found._metadata = net.state_dict()._metadata
    net.load_state_dict(found)


def evaluated(net: Any, data: Any, detects: bool) -> Arrays:
    net.eval()
    with torch.no_grad():
        return {name: one.numpy() for name, one in arrays.leaves(net(*_given(data, detects)))}


def trained(net: Any, data: Any, detects: bool) -> tuple[Arrays, Arrays, Arrays]:
    """The outputs and loss of one step in training mode, the gradients, and the buffers after it."""
    _train(net)
    net.zero_grad()
    found = dict(arrays.leaves(net(*_given(data, detects, training=True))))
    loss = sum((one * torch.from_numpy(arrays.weighting(name, tuple(one.shape)))).sum() for name, one in found.items())
    loss.backward()
    results = {name: one.detach().numpy() for name, one in found.items()}
    gradients = {name: one.grad.numpy() for name, one in net.named_parameters() if one.grad is not None}
    buffers = {name: one.numpy() for name, one in net.named_buffers() if one.is_floating_point()}
    return {**results, "loss": np.asarray(loss.detach().numpy())}, gradients, buffers


def _given(data: Any, detects: bool, training: bool = False) -> tuple[Any, ...]:
    if not detects:
        return (torch.from_numpy(data),)
    images = [torch.from_numpy(one) for one in data]
    told = [{name: torch.from_numpy(one) for name, one in image.items()} for image in arrays.targets(data.shape)]
    return (images, told) if training else (images,)


def _train(net: Any) -> None:
    net.train()
    for one in net.modules():
        if type(one).__name__ in arrays.NO_CHANCE:
            one.eval()
